// Where the chain of a journal's file ends.
using System.Text.Json;
using Amphora.Agent.Journal.Records;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Agent.Journal;

/// <summary>The last whole line of a file.</summary>
/// <param name="Seq">Its number; 0: there is no line, or none that can be read.</param>
/// <param name="Hash">Its SHA-256; zeros: there is no line.</param>
/// <param name="Length">Length of the file up to and with its line end, in bytes.</param>
internal sealed record ChainEnd(long Seq, string Hash, long Length)
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>What the first line of all was written after.</summary>
    public static ChainEnd Nothing { get; } = new(0, new string('0', 64), 0);

    /// <summary>Reads it; bytes behind the last line end are no line.</summary>
    public static ChainEnd Read(SafeFileHandle file)
    {
        var end = FindLineEnd(file, RandomAccess.GetLength(file));
        if (end < 0)
        {
            return Nothing;
        }

        var line = new byte[end - FindLineEnd(file, end) - 1];
        for (var read = 0; read < line.Length;)
        {
            var count = RandomAccess.Read(file, line.AsSpan(read), end - line.Length + read);
            read += count > 0 ? count : throw new EndOfStreamException("the journal became shorter while it was read");
        }

        return new ChainEnd(SeqOf(line), JournalTexts.DigestOf(line), end + 1);
    }

    // Position of the last line end before another position; -1: there is none.
    private static long FindLineEnd(SafeFileHandle file, long before)
    {
        var block = new byte[BlockBytes];
        while (before > 0)
        {
            var start = Math.Max(0, before - BlockBytes);
            var count = RandomAccess.Read(file, block.AsSpan(0, (int)(before - start)), start);
            if (block.AsSpan(0, count).LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return start + at;
            }

            before = start;
        }

        return -1;
    }

    private static long SeqOf(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.JournalRecord)?.Seq ?? 0;
        }
        catch (JsonException)
        {
            // Somebody changed it. The chain goes on, and whoever reads it finds the line.
            return 0;
        }
    }
}
