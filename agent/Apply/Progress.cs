// What a change did so far, for its answer.
using System.Diagnostics;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply;

/// <summary>Collects differences and actions of one change.</summary>
internal sealed class Progress
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<string> _changes = [];
    private readonly List<ActionTaken> _actions = [];

    /// <summary>Adds differences, as the planners word them.</summary>
    public void Differs(IEnumerable<string> changes) => _changes.AddRange(changes);

    /// <summary>Adds actions a slice took.</summary>
    public void Took(ValueList<ActionTaken> actions) => _actions.AddRange(actions);

    /// <summary>Adds one action that began at a <see cref="Stopwatch"/> timestamp and has just ended.</summary>
    public void Took(string action, string target, long startedTimestamp) =>
        _actions.Add(new ActionTaken(action, target, Stopwatch.GetElapsedTime(startedTimestamp).TotalMilliseconds));

    /// <summary>The answer of a change.</summary>
    public LoadBalancerApplied Applied(Wanted wanted, string result) =>
        Answer(wanted.LoadBalancerId, result) with { Generation = wanted.Document.Generation };

    /// <summary>The answer of a removal.</summary>
    public LoadBalancerApplied Removed(string loadBalancerId) => Answer(loadBalancerId, "deleted");

    private LoadBalancerApplied Answer(string id, string result) => new()
    {
        Id = id,
        Result = result,
        Changes = _changes.ToValueList(),
        Actions = _actions.ToValueList(),
        DurationMs = Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
    };
}
