// The other half of an upgrade, outside of the agent: switch, watch, confirm or go back.
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Upgrade;

/// <summary>Run by the binary of the image, which no upgrade replaces. Killed and started again it goes on; after a reboot it goes back before
/// the agent starts.</summary>
internal sealed class UpgradeGuard(UpgradeOptions options, BinarySlots slots, UpgradeStore store, UpgradeTrial trial)
{
    /// <summary>Brings what was begun to its end.</summary>
    /// <param name="ready">Called when whoever waits for the guard may go on: the agent that answers the request, or the agent that is to start.</param>
    /// <param name="cancellationToken">Leaves everything as it is.</param>
    /// <returns>A sentence for the log.</returns>
    public async Task<string> RunAsync(Action ready, CancellationToken cancellationToken)
    {
        if (store.Read() is not { State: UpgradeState.Trying } upgrade)
        {
            store.Forget();
            ready();
            return "there is no upgrade to finish";
        }

        if (!Confirmation.IsOpen(options.Confirmation))
        {
            slots.Point(upgrade.Previous);
            var undone = End(upgrade, UpgradeState.RolledBack, "the amphora was restarted before the new agent was confirmed", null);
            ready();
            return undone;
        }

        ready();
        slots.Point(upgrade.Sha256);
        return await TryAsync(upgrade, cancellationToken) is { } failure
            ? await ReturnAsync(upgrade, failure, cancellationToken)
            : End(upgrade, UpgradeState.Confirmed, null, null);
    }

    // Confirmed already: an earlier guard was killed before it could write that down.
    private async Task<Failure?> TryAsync(AgentUpgrade upgrade, CancellationToken cancellationToken) =>
        Confirmation.Read(options.Confirmation) == upgrade.Sha256 ? null : await trial.RunAsync(upgrade, cancellationToken);

    private async Task<string> ReturnAsync(AgentUpgrade upgrade, Failure failure, CancellationToken cancellationToken)
    {
        slots.Point(upgrade.Previous);
        var again = await trial.ReturnAsync(cancellationToken);
        return End(upgrade, UpgradeState.RolledBack, again is null ? failure.Message : $"{failure.Message}; and {again.Message}", failure.Output);
    }

    private string End(AgentUpgrade upgrade, UpgradeState state, string? reason, string? output)
    {
        store.End(upgrade with { State = state, Reason = reason, Output = output, Ended = DateTimeOffset.UtcNow });
        // The current one always stays.
        slots.Prune(upgrade.Previous);
        return reason is null ? $"version {upgrade.Version} is confirmed" : $"version {upgrade.Version} was rolled back: {reason}";
    }
}
