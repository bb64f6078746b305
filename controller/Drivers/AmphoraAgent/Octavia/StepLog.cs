// What was done to a stock agent so far, for the answer.
using System.Diagnostics;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent.Octavia;

/// <summary>Collects steps with their times.</summary>
internal sealed class StepLog
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<ActionTaken> _taken = [];
    private readonly List<string> _changes = [];

    /// <summary>The steps.</summary>
    public ValueList<ActionTaken> Taken => _taken.ToValueList();

    /// <summary>Runs a step; one that succeeds is entered.</summary>
    public async Task<AgentError?> RunAsync(string action, string target, Func<Task<AgentError?>> step)
    {
        var started = Stopwatch.GetTimestamp();
        var error = await step();
        if (error is null)
        {
            _taken.Add(new ActionTaken(action, target, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
        }

        return error;
    }

    /// <summary>Enters a difference, for people.</summary>
    public void Differs(string change) => _changes.Add(change);

    /// <summary>The answer to a push or removal.</summary>
    public LoadBalancerApplied Answer(Guid loadBalancer, string result, long? generation) => new()
    {
        Id = loadBalancer.ToString("D"),
        Generation = generation,
        Result = result,
        Changes = _changes.ToValueList(),
        Actions = Taken,
        DurationMs = Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
    };
}
