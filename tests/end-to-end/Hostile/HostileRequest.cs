// One thing a broken or hostile client sends.
namespace Amphora.EndToEnd.Tests.Hostile;

/// <summary>Bytes for a connection, and what may come back.</summary>
/// <param name="Kind">Names it in a report.</param>
/// <param name="Bytes">As they are sent.</param>
internal sealed record HostileRequest(string Kind, byte[] Bytes)
{
    /// <summary>True when the bytes come instead of a TLS handshake.</summary>
    public bool BeforeTls { get; init; }

    /// <summary>What the client does after the bytes.</summary>
    public Ending Ending { get; init; } = Ending.ReadAnswer;

    /// <summary>The bytes are sent in so many pieces, with a moment between them.</summary>
    public int Pieces { get; init; } = 1;

    /// <summary>The one status that is right, for well-formed requests; null: any that the contract names.</summary>
    public int? Status { get; init; }

    /// <summary>True for a request that is complete in its framing: it has to be answered, and the connection may serve the next one.</summary>
    public bool IsWhole { get; init; }

    /// <summary>True where the contract of API 1.0 answers bad values with 500 (agent-api §6).</summary>
    public bool MayBe500 { get; init; }
}

/// <summary>What a client does when it has sent its bytes.</summary>
internal enum Ending
{
    /// <summary>Waits for an answer, or for the end.</summary>
    ReadAnswer,

    /// <summary>Goes away at once.</summary>
    Leave,

    /// <summary>Says nothing more and stays for a while.</summary>
    Stay,
}
