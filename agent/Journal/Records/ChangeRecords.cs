// Records of what was asked for and what came of it.
namespace Amphora.Agent.Journal.Records;

/// <summary>A call that may have changed something. Reads are not recorded: they would drive everything else out.</summary>
internal sealed record RequestRecord
{
    /// <summary>The server's name of the request.</summary>
    public required string Id { get; init; }

    /// <summary>As <c>PUT</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query, encoded.</summary>
    public required string Path { get; init; }

    /// <summary>Address it came from.</summary>
    public string? From { get; init; }

    /// <summary>Subject of the client's certificate.</summary>
    public string? Subject { get; init; }

    /// <summary>Length of the body; null: there was none.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the body; null: it was not read to its end.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The answer.</summary>
    public required int Status { get; init; }

    /// <summary>Type of the problem, when the answer is one. Its words are left out: they may repeat what the body says.</summary>
    public string? Problem { get; init; }

    /// <summary>What the agent was doing when it failed.</summary>
    public string? Step { get; init; }

    /// <summary>Milliseconds.</summary>
    public required double Ms { get; init; }
}

/// <summary>What one process was told.</summary>
internal sealed record CommandRecord
{
    /// <summary>The process.</summary>
    public required int Process { get; init; }

    /// <summary>What it was told, each with what it said, when they are few.</summary>
    public IReadOnlyList<SaidCommand>? Said { get; init; }

    /// <summary>The same as lines <c>command → answer</c>, when they are many.</summary>
    public LinesRecord? Many { get; init; }
}

/// <summary>A command and its answer.</summary>
/// <param name="Command">The first line. What follows may be a key, and is told by its digest.</param>
/// <param name="Answer">HAProxy's words; empty: it is content.</param>
internal sealed record SaidCommand(string Command, string Answer)
{
    private const int LongestAnswer = 500;

    /// <summary>Of a command as it was sent.</summary>
    public static SaidCommand Of(string command, string answer)
    {
        var lineEnd = command.IndexOf('\n', StringComparison.Ordinal);
        return new SaidCommand(
            lineEnd < 0 ? command : $"{command[..lineEnd]} sha256:{JournalTexts.DigestOf(command[(lineEnd + 1)..])}",
            answer.Length > LongestAnswer ? answer[..LongestAnswer] : answer);
    }
}

/// <summary>What was done.</summary>
internal sealed record TakenRecord
{
    /// <summary>Whose: <c>haproxy</c>, <c>keepalived</c>, <c>nftables</c>.</summary>
    public required string Part { get; init; }

    /// <summary>What was done to the process.</summary>
    public string? Step { get; init; }

    /// <summary>The actions that succeeded.</summary>
    public IReadOnlyList<TakenAction> Actions { get; init; } = [];

    /// <summary>Why it ended before its end; null: it did not.</summary>
    public string? Failure { get; init; }
}

/// <summary>One action.</summary>
/// <param name="Action">As <c>write</c>.</param>
/// <param name="Target">File or unit.</param>
/// <param name="Ms">Milliseconds.</param>
internal sealed record TakenAction(string Action, string Target, double Ms);

/// <summary>What was found when it was read again.</summary>
internal sealed record ProofRecord
{
    /// <summary><c>servers</c>: those of the running HAProxy. <c>all</c>: everything that was applied.</summary>
    public required string Of { get; init; }

    /// <summary>True when it is what it shall be.</summary>
    public required bool Holds { get; init; }

    /// <summary>What differs.</summary>
    public string? Differs { get; init; }
}

/// <summary>Somebody else changed what runs.</summary>
internal sealed record DriftRecord
{
    /// <summary>What differs.</summary>
    public required LinesRecord Differences { get; init; }

    /// <summary>What is done about it: <c>repair</c>, <c>report</c>.</summary>
    public required string Action { get; init; }
}

/// <summary>What becomes of a generation.</summary>
internal sealed record GenerationRecord
{
    /// <summary>Its entry of the history.</summary>
    public long? Sequence { get; init; }

    /// <summary>Its generation; null over API 1.0.</summary>
    public long? Generation { get; init; }

    /// <summary>1.0 or 2.0.</summary>
    public string? ManagedBy { get; init; }

    /// <summary>SHA-256 of its content.</summary>
    public string? Digest { get; init; }

    /// <summary>In a few words.</summary>
    public string? Summary { get; init; }

    /// <summary>Entry it goes back to.</summary>
    public long? GoesBackTo { get; init; }

    /// <summary>Entry that was put back.</summary>
    public long? Restores { get; init; }

    /// <summary>Entry it was put back for.</summary>
    public long? RollsBack { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }
}
