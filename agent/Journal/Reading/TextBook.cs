// The texts of a journal that is read, by digest.
using System.IO.Compression;
using System.Text;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;

namespace Amphora.Agent.Journal.Reading;

/// <summary>Restores texts when they are asked for; most are the one before with a few bytes changed.</summary>
internal sealed class TextBook
{
    // Somebody else's file: a text is no larger than a configuration of the largest load balancer by far.
    private const int MostBytes = 256 * 1024 * 1024;

    // A plan names up to seven texts, and the next one mostly the same.
    private const int Remembered = 16;

    private readonly Dictionary<string, TextRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _restored = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Takes up a record; one that stood in an earlier file as well may be had from either.</summary>
    public void Add(TextRecord record) => _records[record.Digest] = record;

    /// <summary>A text by its digest; null: the journal does not have it.</summary>
    public string? Find(string digest) => Restore(digest) is { } content ? Encoding.UTF8.GetString(content) : null;

    /// <summary>A text by its digest; null stays null.</summary>
    /// <exception cref="MissingTextException">The journal does not have it.</exception>
    public string? Text(string? digest) => digest is null ? null : Find(digest) ?? throw new MissingTextException($"the journal does not have the text {digest}");

    /// <summary>Lines, wherever they are kept.</summary>
    /// <exception cref="MissingTextException">The journal does not have them.</exception>
    public ValueList<string> Lines(LinesRecord lines) => lines.Text is { } digest ? [.. Text(digest)!.Split('\n')] : (lines.Lines ?? []).ToValueList();

    private byte[]? Restore(string digest)
    {
        var steps = new Stack<TextRecord>();
        byte[]? content = null;
        for (var next = digest; next is not null && !_restored.TryGetValue(next, out content);)
        {
            // A base that stands on itself is nobody's text.
            if (!_records.TryGetValue(next, out var record) || steps.Count > _records.Count)
            {
                return null;
            }

            steps.Push(record);
            next = record.Base;
        }

        foreach (var step in steps)
        {
            content = Apply(step, content);
            if (content is null)
            {
                return null;
            }

            Remember(step.Digest, content);
        }

        return content;
    }

    private static byte[]? Apply(TextRecord record, byte[]? before)
    {
        var (head, tail) = (record.Head ?? 0, record.Tail ?? 0);
        var between = Decompress(record.Content);
        if (between is null || head < 0 || tail < 0 || head + (long)tail > (before?.Length ?? 0))
        {
            return null;
        }

        byte[] content = [.. before.AsSpan(0, head), .. between, .. before.AsSpan((before?.Length ?? 0) - tail)];
        return JournalTexts.DigestOf(content) == record.Digest ? content : null;
    }

    private static byte[]? Decompress(byte[] content)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            using var restored = new MemoryStream();
            var block = new byte[64 * 1024];
            while (restored.Length < MostBytes && gzip.Read(block) is > 0 and var count)
            {
                restored.Write(block, 0, count);
            }

            return restored.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void Remember(string digest, byte[] content)
    {
        _restored[digest] = content;
        _order.Enqueue(digest);
        if (_order.Count > Remembered)
        {
            _restored.Remove(_order.Dequeue());
        }
    }
}

/// <summary>A record cannot be used, as a text it names is not there or is not what its digest says.</summary>
internal sealed class MissingTextException(string message) : Exception(message);
