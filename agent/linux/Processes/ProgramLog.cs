// What a long-running program prints: a file that stays small, and its last lines.
using System.Text;

namespace Amphora.Linux.Processes;

/// <summary>The log file of a program. The program itself appends to it; this trims and reads it.</summary>
/// <param name="path">The file.</param>
public sealed class ProgramLog(string path)
{
    private const int Kept = 64 * 1024;
    private const int Limit = 1024 * 1024;

    /// <summary>The file.</summary>
    public string FilePath { get; } = path;

    /// <summary>Where the next line will begin.</summary>
    public long Position => File.Exists(FilePath) ? new FileInfo(FilePath).Length : 0;

    /// <summary>The last lines, of those that begin at or after a position.</summary>
    public string Tail(int lines, long from = 0)
    {
        if (!File.Exists(FilePath))
        {
            return "";
        }

        using var file = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // A file shorter than the position was trimmed since.
        var start = Math.Max(from > file.Length ? 0 : from, file.Length - Kept);
        file.Position = start;
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', text.TakeLast(lines));
    }

    /// <summary>Cuts a file that has grown too long down to its end. The program appends, so it goes on at the new end.</summary>
    public void Trim()
    {
        if (Position <= Limit)
        {
            return;
        }

        using var file = new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var end = new byte[Kept];
        file.Position = file.Length - Kept;
        file.ReadExactly(end);
        file.SetLength(0);
        file.Position = 0;
        file.Write(end.AsSpan(end.AsSpan().IndexOf((byte)'\n') + 1));
    }
}
