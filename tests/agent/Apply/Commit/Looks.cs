// Looks at HAProxy in a few letters.
using Amphora.Agent.Apply.Commit;

namespace Amphora.Agent.Tests.Apply.Commit;

/// <summary>Writes samples as tests read them.</summary>
internal static class Looks
{
    public const string Pool = "pool:listener";
    public const string Listener = "listener";

    /// <summary>A look at one pool: a word a member, its name and <c>+</c> up, <c>-</c> down, <c>?</c> not checked, <c>.</c> away.</summary>
    public static CommitSample Of(string members, long requests = 0, long failed = 0, int worker = 1) => new()
    {
        Worker = worker,
        Pools = new Dictionary<string, IReadOnlyDictionary<string, MemberNow>>
        {
            [Pool] = members.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(word => word[..^1], word => State(word[^1])),
        },
        Listeners = new Dictionary<string, RequestCounters> { [Listener] = new(requests, failed) },
    };

    public static MemberNow State(char sign) => sign switch
    {
        '+' => MemberNow.Up,
        '-' => MemberNow.Down,
        '.' => MemberNow.Away,
        _ => MemberNow.Unchecked,
    };

    /// <summary>What a judge says after each of some looks.</summary>
    public static IReadOnlyList<string?> Judged(BeforeCommit before, params IEnumerable<CommitSample?> looks)
    {
        var judge = new CommitJudge(new CommitRules(), before);
        return [.. looks.Select(judge.Observe)];
    }

    /// <summary>The time before, without an earlier mark.</summary>
    public static BeforeCommit Before(CommitSample look) => BeforeCommit.Of(look, mark: null, CommitScope.Everything);
}
