// The texts that records name: each once a file, and as little of it as says it.
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Amphora.Agent.Journal.Records;

namespace Amphora.Agent.Journal;

/// <summary>Knows what stands in the file that is written. A configuration differs from the one before in a few lines: of the next one only
/// what lies between the first and the last difference is kept. Used by the journal's one writer only.</summary>
internal sealed class JournalTexts
{
    // Who reads goes at most so many steps back to a whole text.
    private const int MostSteps = 32;

    // More lines than these are a text.
    private const int FewLines = 50;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Latest> _latest = new(StringComparer.Ordinal);
    private readonly List<TextRecord> _fresh = [];

    /// <summary>SHA-256 of a text as UTF-8, in lower-case hexadecimal digits.</summary>
    public static string DigestOf(string text) => DigestOf(Encoding.UTF8.GetBytes(text));

    /// <summary>SHA-256 of bytes, in lower-case hexadecimal digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Keeps a text and answers its digest; null stays null.</summary>
    /// <param name="role">What it is a text of: the one before of the same role most likely is much like it.</param>
    /// <param name="text">The text. Never one that may hold a key.</param>
    public string? Keep(string role, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var content = Encoding.UTF8.GetBytes(text);
        var digest = DigestOf(content);
        if (_known.Add(digest))
        {
            var before = _latest.GetValueOrDefault(role);
            var record = (before is null ? null : Difference(before, digest, content)) ?? Whole(digest, content);
            _fresh.Add(record);
            _latest[role] = new Latest(digest, content, record.Base is null ? 0 : before!.Steps + 1);
        }

        return digest;
    }

    /// <summary>Keeps lines, as a text when they are many.</summary>
    public LinesRecord Lines(string role, IReadOnlyCollection<string> lines) => lines.Count <= FewLines
        ? new LinesRecord { Count = lines.Count, Lines = lines.Count == 0 ? null : [.. lines] }
        : new LinesRecord { Count = lines.Count, Text = Keep(role, string.Join('\n', lines)) };

    /// <summary>The records of texts that are not in the file yet.</summary>
    public IReadOnlyList<TextRecord> TakeFresh()
    {
        var fresh = _fresh.ToList();
        _fresh.Clear();
        return fresh;
    }

    /// <summary>Another file begins, or it is not certain what stands in this one.</summary>
    public void Forget()
    {
        _known.Clear();
        _latest.Clear();
        _fresh.Clear();
    }

    private static TextRecord? Difference(Latest before, string digest, byte[] content)
    {
        if (before.Steps >= MostSteps)
        {
            return null;
        }

        var head = content.AsSpan().CommonPrefixLength(before.Content);
        var tail = Tail(content.AsSpan(head), before.Content.AsSpan(head));
        var between = content.AsSpan(head, content.Length - head - tail);
        return between.Length > content.Length / 2 ? null : new TextRecord
        {
            Digest = digest,
            Bytes = content.Length,
            Base = before.Digest,
            Head = head,
            Tail = tail,
            Content = Compress(between),
        };
    }

    private static int Tail(ReadOnlySpan<byte> mine, ReadOnlySpan<byte> theirs)
    {
        var most = Math.Min(mine.Length, theirs.Length);
        var tail = 0;
        while (tail < most && mine[^(tail + 1)] == theirs[^(tail + 1)])
        {
            tail++;
        }

        return tail;
    }

    private static TextRecord Whole(string digest, byte[] content) => new() { Digest = digest, Bytes = content.Length, Content = Compress(content) };

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }

    private sealed record Latest(string Digest, byte[] Content, int Steps);
}
