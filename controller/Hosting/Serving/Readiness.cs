// Whether a controller does what it is there for.
using System.Diagnostics;
using Amphora.Controller.Health;
using Amphora.Controller.Store;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Asks the database, the socket and the loops.</summary>
/// <param name="database">The database.</param>
/// <param name="workers">Null: not this one's role.</param>
/// <param name="health">Null: not this one's role.</param>
internal sealed class Readiness(IDatabase database, FlowWorkers? workers, HealthWatch? health)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>How long the database took to answer when it was asked last; null: it did not.</summary>
    public TimeSpan? DatabaseLatency { get; private set; }

    /// <summary>Why not; null: all is well.</summary>
    public async Task<string?> NotReadyAsync(CancellationToken cancellationToken) =>
        await DatabaseAsync(cancellationToken)
        ?? (workers is { IsAlive: false } ? "nobody looks for flows" : null)
        ?? health?.NotReady(database.Clock.GetUtcNow());

    private async Task<string?> DatabaseAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        var start = Stopwatch.GetTimestamp();
        DatabaseLatency = null;
        try
        {
            await database.ReadAsync((transaction, token) => transaction.FirstAsync($"SELECT 1", static _ => true, token), limit.Token);
            DatabaseLatency = Stopwatch.GetElapsedTime(start);
            return null;
        }
        catch (DatabaseUnavailableException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{database.Name} does not answer within {s_limit.TotalSeconds} s";
        }
    }
}
