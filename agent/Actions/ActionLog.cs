// What an executor did, in order, with times.
using System.Diagnostics;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Actions;

/// <summary>Runs the actions of an executor one by one and remembers those that succeeded. Actions are chained with <c>??</c>:
/// no failure (null) goes on to the next.</summary>
internal sealed class ActionLog
{
    private readonly List<ActionTaken> _taken = [];

    /// <summary>The actions that succeeded.</summary>
    public ValueList<ActionTaken> Taken => _taken.ToValueList();

    /// <summary>Runs one action.</summary>
    /// <param name="action">As <c>write</c>, <c>reload</c> (<see cref="ActionTaken.Action"/>).</param>
    /// <param name="target">File or unit.</param>
    /// <param name="run">Does it.</param>
    /// <returns>The failure, with its duration; null when it is done.</returns>
    public async Task<Failure?> RunAsync(string action, string target, Func<Task<Failure?>> run)
    {
        var clock = Stopwatch.StartNew();
        Failure? failure;
        try
        {
            failure = await run();
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            failure = OperatingSystemFailure.From($"{action} {target}", exception);
        }

        if (failure is null)
        {
            _taken.Add(new ActionTaken(action, target, clock.Elapsed.TotalMilliseconds));
        }

        return failure is { Duration: null } ? failure with { Duration = clock.Elapsed } : failure;
    }

    /// <summary>As <see cref="RunAsync(string, string, Func{Task{Failure}})"/>, for what does not wait.</summary>
    public Task<Failure?> RunAsync(string action, string target, Action run) => RunAsync(action, target, () =>
    {
        run();
        return Task.FromResult<Failure?>(null);
    });
}
