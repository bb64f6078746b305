// From the order to stop to the moment when what still runs is handed over.
namespace Amphora.Controller.Hosting.Serving;

/// <summary>Two moments: nothing more is begun, and nothing goes on.</summary>
/// <param name="limit">Between them.</param>
internal sealed class Handover(TimeSpan limit) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the limit is over: flows stand still and their leases are given back.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The order to stop has come.</summary>
    public void Begin() => _stop.CancelAfter(limit);

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
