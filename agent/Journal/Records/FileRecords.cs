// Records about the journal itself.
namespace Amphora.Agent.Journal.Records;

/// <summary>A file is written from here on.</summary>
internal sealed record OpenedRecord
{
    /// <summary>Why, for people.</summary>
    public required string Why { get; init; }

    /// <summary>Version of the agent.</summary>
    public string? Version { get; init; }

    /// <summary>Bytes of a last line that a kill -9 or a power cut left half written, which were cut off; null: none.</summary>
    public long? CutOff { get; init; }
}

/// <summary>Something is missing.</summary>
internal sealed record GapRecord
{
    /// <summary>How many records.</summary>
    public required long Lost { get; init; }

    /// <summary>When the first of them was told; null: that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why the last one could not be written.</summary>
    public required string Reason { get; init; }
}

/// <summary>A text, once a file. Restored, it is: the first <see cref="Head"/> bytes of the base, the content, the last <see cref="Tail"/> bytes of
/// the base; without a base only the content.</summary>
internal sealed record TextRecord
{
    /// <summary>SHA-256 of the text as UTF-8.</summary>
    public required string Digest { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>Digest of a text that stands earlier in the file; null: none is needed.</summary>
    public string? Base { get; init; }

    /// <summary>Bytes of the base in front.</summary>
    public int? Head { get; init; }

    /// <summary>Bytes of the base behind.</summary>
    public int? Tail { get; init; }

    /// <summary>gzip, as Base64.</summary>
    public required byte[] Content { get; init; }
}

/// <summary>Lines for people or for HAProxy; many of them are kept as a text.</summary>
internal sealed record LinesRecord
{
    /// <summary>How many there are.</summary>
    public required int Count { get; init; }

    /// <summary>The lines, when they are few.</summary>
    public IReadOnlyList<string>? Lines { get; init; }

    /// <summary>Digest of the text that holds them, when they are many.</summary>
    public string? Text { get; init; }
}
