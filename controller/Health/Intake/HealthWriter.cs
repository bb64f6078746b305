// The loop between heartbeats and database: writes what was collected, and reads what changed.
using Amphora.Controller.Health.Statuses;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Watching;

namespace Amphora.Controller.Health.Intake;

/// <summary>The same few statements each time, whatever happens to how many amphorae.</summary>
/// <param name="database">Where.</param>
/// <param name="book">What is written and kept up to date.</param>
/// <param name="options">How often, how much.</param>
internal sealed class HealthWriter(IDatabase database, HealthBook book, HealthWriterOptions options)
{
    private HeartbeatBatch _spare = new();
    private DateTimeOffset _asked;
    private Guid _last = Guid.Empty;
    private int _walk;

    /// <summary>How old heartbeats were when they were written.</summary>
    public Ages Ages { get; } = new();

    /// <summary>When a write last succeeded; null: not yet.</summary>
    public DateTimeOffset? Written { get; private set; }

    /// <summary>Reads everything there is, by the page.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _asked = database.Clock.GetUtcNow() - options.Overlap;
        while (await WalkAsync(options.LoadPage, cancellationToken))
        {
            // The next page.
        }
    }

    /// <summary>Writes what was collected since the last time, in one transaction.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var batch = book.Swap(_spare);
        try
        {
            if (!batch.IsEmpty)
            {
                await database.InTransactionAsync((transaction, token) => WriteAsync(transaction, batch, token), cancellationToken);
            }

            Written = database.Clock.GetUtcNow();
            Ages.Add(batch.Times, Written.Value);
        }
        catch
        {
            book.PutBack(batch);
            throw;
        }
        finally
        {
            batch.Clear();
            _spare = batch;
        }
    }

    /// <summary>Reads what changed since the last time, those that heartbeats came from and nothing is known of, and the next page of everything:
    /// what nobody noted, as a status that another controller wrote, is found in the end. Begun while nothing is being written; after that
    /// writing goes on beside it.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        book.BeginReading();
        try
        {
            await ReadChangedAsync(cancellationToken);
            await WalkAsync(options.RefreshPage, cancellationToken);
        }
        finally
        {
            book.EndReading();
        }
    }

    private async Task ReadChangedAsync(CancellationToken cancellationToken)
    {
        var now = database.Clock.GetUtcNow();
        var unknown = book.TakeUnknown();
        var (amphorae, objects) = await database.ReadAsync(
            async (transaction, token) =>
            {
                var rows = new WatchedRows(transaction);
                var changed = (await rows.ChangedAsync(_asked, token)).Where(stamp => book.Differs(stamp.AmphoraId, stamp.Amphora, stamp.LoadBalancer)).Select(static stamp => stamp.AmphoraId);
                return await WithObjectsAsync(rows, await rows.OfAsync([.. changed.Union(unknown)], token), token);
            },
            cancellationToken);
        book.Replace(KnownReader.Read(amphorae, objects, _walk));

        // Rows bear the time at which their transaction began, of another controller's clock.
        _asked = now - options.Overlap;
    }

    private async Task<bool> WalkAsync(int most, CancellationToken cancellationToken)
    {
        var (amphorae, objects) = await database.ReadAsync(
            async (transaction, token) =>
            {
                var rows = new WatchedRows(transaction);
                return await WithObjectsAsync(rows, await rows.PageAsync(_last, most, token), token);
            },
            cancellationToken);
        book.Replace(KnownReader.Read(amphorae, objects, _walk));
        var isMore = amphorae.Count == most;
        _last = isMore ? amphorae[^1].Id : Guid.Empty;
        if (!isMore)
        {
            book.ForgetBefore(_walk);
            _walk++;
        }

        return isMore;
    }

    private static async Task<(IReadOnlyList<WatchedAmphora> Amphorae, IReadOnlyList<ObjectRow> Objects)> WithObjectsAsync(
        WatchedRows rows, IReadOnlyList<WatchedAmphora> amphorae, CancellationToken cancellationToken) =>
        (amphorae, await rows.ObjectsAsync([.. amphorae.Select(static amphora => amphora.LoadBalancer?.Id).OfType<Guid>().Distinct()], cancellationToken));

    private static async Task WriteAsync(DatabaseTransaction transaction, HeartbeatBatch batch, CancellationToken cancellationToken)
    {
        await new HealthRows(transaction).RecordAsync(batch.Heard, cancellationToken);
        await new ObjectRows(transaction).SetOperatingStatusesAsync(Updates(batch.Objects), cancellationToken);
        await new LoadBalancerRows(transaction).SetOperatingStatusesAsync(Updates(batch.LoadBalancers), cancellationToken);
        await new StatisticsRows(transaction).AddAsync(batch.Statistics.Values, cancellationToken);
    }

    private static IEnumerable<OperatingStatusUpdate> Updates(Dictionary<Guid, OperatingStatus> statuses) => statuses.Select(static status => new OperatingStatusUpdate(status.Key, status.Value));
}

/// <summary>How often, how much.</summary>
internal sealed record HealthWriterOptions
{
    /// <summary>From one write to the next.</summary>
    public TimeSpan WriteInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>From one look at what changed to the next.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So long a transaction of another controller may take, with the difference of the clocks.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Rows of one page at the start.</summary>
    public int LoadPage { get; init; } = 1000;

    /// <summary>Rows of the page that is read again at each look.</summary>
    public int RefreshPage { get; init; } = 100;
}
