// Asks the agent, its peer and compute about a silent amphora, at the same time.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Health.Repair;

/// <summary>Who says what.</summary>
/// <param name="services">Rows and drivers.</param>
/// <param name="limit">For each that is asked.</param>
internal sealed class OpinionReader(LoadBalancerServices services, TimeSpan limit)
{
    /// <summary>Asks; null when the amphora is gone.</summary>
    public async Task<Opinions?> ReadAsync(Guid amphoraId, CancellationToken cancellationToken)
    {
        var (amphora, all) = await services.Database.ReadAsync(
            async (transaction, token) =>
            {
                var rows = new AmphoraRows(transaction);
                var row = await rows.GetAsync(amphoraId, token);
                return (row, row?.LoadBalancerId is { } id ? await rows.OfLoadBalancerAsync(id, token) : []);
            },
            cancellationToken);
        if (amphora is null)
        {
            return null;
        }

        var agent = AgentAsync(amphora, cancellationToken);
        var compute = ComputeAsync(amphora, cancellationToken);
        var peer = PeerAsync(amphora, all, cancellationToken);
        return new Opinions(await agent, await compute, await peer);
    }

    private async Task<AgentOpinion> AgentAsync(AmphoraRow amphora, CancellationToken cancellationToken) =>
        amphora.LoadBalancerId is not { } loadBalancer ? AgentOpinion.Silent
        : await AskAsync(amphora, address => services.Amphorae.Agents.IsServingAsync(address, loadBalancer, limit, cancellationToken)) switch
        {
            true => AgentOpinion.Serving,
            false => AgentOpinion.NotServing,
            null => AgentOpinion.Silent,
        };

    // Only VRRP's backup knows anything of the other one: it would be the master if it heard nothing.
    private async Task<PeerOpinion> PeerAsync(AmphoraRow amphora, IReadOnlyList<AmphoraRow> all, CancellationToken cancellationToken)
    {
        var peer = all.FirstOrDefault(row => row.Id != amphora.Id && row.Status == AmphoraStatus.Allocated);
        var hasVip = peer?.HaIp is not { } vip ? null : await AskAsync(peer, address => services.Amphorae.Agents.HasAddressAsync(address, vip, limit, cancellationToken));
        return hasVip switch
        {
            true => PeerOpinion.HasVip,
            false => PeerOpinion.Hears,
            null => PeerOpinion.None,
        };
    }

    private static async Task<bool?> AskAsync(AmphoraRow amphora, Func<AmphoraAddress, Task<bool>> ask)
    {
        try
        {
            return await ask(AgentAddress.Of(amphora));
        }
        catch (DriverException)
        {
            // Nobody answers, or not who should.
            return null;
        }
    }

    private async Task<ComputeOpinion> ComputeAsync(AmphoraRow amphora, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(limit);
        try
        {
            var compute = amphora.ComputeId is null ? null : await services.Amphorae.Compute.GetAsync(amphora.ComputeId, over.Token);
            return compute?.Status == ComputeStatus.Active ? ComputeOpinion.Runs : ComputeOpinion.IsDown;
        }
        catch (Exception exception) when (exception is DriverException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return ComputeOpinion.Unknown;
        }
    }
}
