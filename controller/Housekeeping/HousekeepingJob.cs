// One job of housekeeping, and what a round of it did.
using Amphora.Contract;

namespace Amphora.Controller.Housekeeping;

/// <summary>Something that is done again and again. A round survives nothing: whoever runs it again and again logs what it throws.</summary>
/// <param name="name">In lower case, as the command line has it.</param>
/// <param name="interval">From the end of a round to the next one.</param>
internal abstract class HousekeepingJob(string name, TimeSpan interval)
{
    /// <summary>In lower case, as the command line has it.</summary>
    public string Name => name;

    /// <summary>From the end of a round to the next one.</summary>
    public TimeSpan Interval => interval;

    /// <summary>Does one round; any number of controllers may do it at once.</summary>
    public Task<HousekeepingRound> RunAsync(CancellationToken cancellationToken) => RunAsync(isDryRun: false, cancellationToken);

    /// <summary>Says what a round would do.</summary>
    public Task<HousekeepingRound> PreviewAsync(CancellationToken cancellationToken) => RunAsync(isDryRun: true, cancellationToken);

    /// <summary>A round, or the search for what there is to do.</summary>
    /// <param name="isDryRun">Nothing is changed.</param>
    /// <param name="cancellationToken">The controller stops.</param>
    protected abstract Task<HousekeepingRound> RunAsync(bool isDryRun, CancellationToken cancellationToken);

    /// <summary>What a round did.</summary>
    protected HousekeepingRound Round(IEnumerable<HousekeepingAction> actions) => new(name, actions.ToValueList());
}

/// <summary>What a round did, or would do; nothing when there was nothing to do.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Actions">One by one.</param>
internal sealed record HousekeepingRound(string Job, ValueList<HousekeepingAction> Actions);

/// <summary>Something that was done.</summary>
/// <param name="What">As <c>build-spare</c>: few words, so that they can be counted.</param>
/// <param name="Which">The object, by kind and id or name; empty when there are too many to name.</param>
/// <param name="Count">How many.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
internal sealed record HousekeepingAction(string What, string Which, int Count = 1, string? Error = null);
