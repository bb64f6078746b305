// Says again and again that a flow is still ours, and when it is not.
namespace Amphora.Controller.Flows;

/// <summary>Renews a lease until it is disposed of.</summary>
internal sealed class FlowLeaseKeeper : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _keeping;

    /// <summary>Begins to keep it.</summary>
    public FlowLeaseKeeper(IFlowJournal journal, FlowLease lease, FlowOptions options, TimeProvider time) => _keeping = KeepAsync(journal, lease, options, time);

    /// <summary>Cancelled when the flow is another controller's, or may be.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _keeping;
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync(IFlowJournal journal, FlowLease lease, FlowOptions options, TimeProvider time)
    {
        using var timer = new PeriodicTimer(options.Lease / 3, time);
        var until = time.GetUtcNow() + options.Lease;
        while (await TickAsync(timer))
        {
            var next = time.GetUtcNow() + options.Lease;
            try
            {
                await journal.RenewAsync(lease, next, _ended.Token);
                until = next;
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A background loop: it goes on, or says that the flow is lost.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // A store that does not answer is asked again while the lease lasts; nobody else can have the flow so long.
                if (exception is FlowLostException || time.GetUtcNow() >= until - (options.Lease / 3))
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
    }

    private async Task<bool> TickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_ended.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
