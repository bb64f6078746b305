// Brings a flow to its end, or waits for whoever does.
using Amphora.Controller.Flows;

namespace Amphora.Controller.Store.Journal;

/// <summary>Of two that want to run a flow one gets it: the other one waits with this.</summary>
internal sealed class FlowFollower(FlowEngine flows, IDatabase database)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a flow, or follows another controller that runs it.</summary>
    /// <param name="id">Which.</param>
    /// <param name="progress">Told of steps, when it is run here.</param>
    /// <param name="cancellationToken">Stands still, or ends the waiting.</param>
    /// <returns>How it ended; null when there is no such flow.</returns>
    public async Task<FlowEnd?> EndAsync(Guid id, IProgress<StepRecord>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A flow whose controller dies can be had here when its lease is over.
            if (await flows.RunAsync(id, progress, cancellationToken) is { } end)
            {
                return end;
            }

            var row = await database.ReadAsync((transaction, token) => new FlowRows(transaction).GetAsync(id, token), cancellationToken);
            if (row is null or { EndedAt: not null })
            {
                return row is null ? null : new FlowEnd(row.State, row.Error);
            }

            await Task.Delay(s_poll, database.Clock, cancellationToken);
        }
    }
}
