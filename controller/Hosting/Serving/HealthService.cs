// The health manager, for as long as the controller serves.
using Amphora.Controller.Health;
using Microsoft.Extensions.Hosting;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Runs it.</summary>
internal sealed class HealthService(HealthWatch manager, Handover handover) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await manager.RunAsync(stoppingToken, handover.Stop);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to end before it had read everything.
        }
    }
}
