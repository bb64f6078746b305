// Pure: who says what about a silent amphora, and what is done about it.
namespace Amphora.Controller.Health.Repair;

/// <summary>What the agent says over the management network.</summary>
internal enum AgentOpinion
{
    /// <summary>It answers, and its listeners are open.</summary>
    Serving,

    /// <summary>It answers, and its listeners are not open.</summary>
    NotServing,

    /// <summary>Nobody answers, or not who should.</summary>
    Silent,
}

/// <summary>What compute says.</summary>
internal enum ComputeOpinion
{
    /// <summary>The machine runs.</summary>
    Runs,

    /// <summary>It does not run, is in ERROR or is not there.</summary>
    IsDown,

    /// <summary>Compute does not answer.</summary>
    Unknown,
}

/// <summary>What the other amphora of a pair sees.</summary>
internal enum PeerOpinion
{
    /// <summary>There is none, or it does not answer.</summary>
    None,

    /// <summary>It answers and has not taken the VIP: it hears the silent one's advertisements.</summary>
    Hears,

    /// <summary>It has the VIP itself: it says nothing about the other one.</summary>
    HasVip,
}

/// <summary>What is done.</summary>
internal enum Remedy
{
    /// <summary>Nothing; it is looked at again, and said.</summary>
    Leave,

    /// <summary>The agent gets its document once more, which starts what does not run.</summary>
    Restart,

    /// <summary>Another amphora takes its place (flows.md §8.1).</summary>
    Rebuild,
}

/// <summary>Everything that was said.</summary>
/// <param name="Agent">By the agent itself.</param>
/// <param name="Compute">By compute.</param>
/// <param name="Peer">By the other one of a pair.</param>
/// <param name="WasRestarted">It got its document once more, and is silent still.</param>
/// <param name="IsOverdue">It has been left alone for as long as anybody is.</param>
internal readonly record struct Opinions(AgentOpinion Agent, ComputeOpinion Compute, PeerOpinion Peer, bool WasRestarted = false, bool IsOverdue = false);

/// <summary>What is done, and why.</summary>
/// <param name="Remedy">What.</param>
/// <param name="Reason">For people.</param>
internal readonly record struct Verdict(Remedy Remedy, string Reason);

/// <summary>
/// <code>
///  agent        compute   peer      so
///  serving      any       any       leave: its heartbeats get lost on their way
///  not serving  any       any       restart; once
///  silent       down      any       rebuild
///  silent       unknown   any       leave: nothing could be built; rebuild when it is overdue
///  silent       runs      hears     leave: it serves, only management does not reach it; rebuild when it is overdue
///  silent       runs      other     rebuild: nobody speaks for it
/// </code>
/// </summary>
internal static class SecondOpinion
{
    /// <summary>The table above, row by row.</summary>
    public static Verdict Decide(Opinions said) => said switch
    {
        { Agent: AgentOpinion.Serving } => new(Remedy.Leave, "its agent answers and serves: its heartbeats get lost"),
        { Agent: AgentOpinion.NotServing, WasRestarted: false } => new(Remedy.Restart, "its agent answers, its listeners are not open"),
        { Agent: AgentOpinion.NotServing } => new(Remedy.Rebuild, "its listeners are not open after a restart"),
        { Compute: ComputeOpinion.IsDown } => new(Remedy.Rebuild, "its machine does not run"),
        { IsOverdue: true } => new(Remedy.Rebuild, "it has been silent for too long"),
        { Compute: ComputeOpinion.Unknown } => new(Remedy.Leave, "compute does not answer"),
        { Peer: PeerOpinion.Hears } => new(Remedy.Leave, "its peer hears it: only management does not reach it"),
        _ => new(Remedy.Rebuild, "its agent does not answer and nobody speaks for it"),
    };
}
