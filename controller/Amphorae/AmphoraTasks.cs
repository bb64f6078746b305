// The rows of amphorae: made, marked, allocated (flows.md §3.1, §3.2).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Amphorae;

/// <summary>Upstream's MapLoadbalancerToAmphora: a spare for a role of a load balancer, when there is one and none has to be kept apart.</summary>
internal sealed class MapLoadBalancerToAmphora(AmphoraServices services, AmphoraPlace place) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var spare = place.IsKeptApart ? null : await services.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                var amphorae = new AmphoraRows(transaction);
                // The one that was taken before the controller died.
                if (await TakenAsync(amphorae, token) is { } taken)
                {
                    return taken;
                }

                var row = await amphorae.TakeSpareAsync(place.LoadBalancerId, token);
                await (row is null ? Task.CompletedTask : amphorae.SetRoleAsync(row.Id, place.Role, place.VrrpPriority, token));
                return row;
            },
            cancellationToken);
        values.Set(AmphoraKeys.IsSpare, spare is not null);
        values.Set(AmphoraKeys.Amphora, spare?.Id ?? place.NewAmphoraId);
    }

    /// <inheritdoc/>
    // Upstream leaves it ALLOCATED to a load balancer in ERROR. It served nobody, but it was plugged: it is no spare any more.
    public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
    {
        var taken = await services.Database.ReadAsync((transaction, token) => TakenAsync(new AmphoraRows(transaction), token), cancellationToken);
        if (taken is { ComputeId: { } compute })
        {
            await services.Compute.DeleteAsync(compute, cancellationToken);
            await new MarkAmphoraDeleted(services, _ => taken.Id).ExecuteAsync(values, cancellationToken);
        }
    }

    private async Task<AmphoraRow?> TakenAsync(AmphoraRows amphorae, CancellationToken cancellationToken) =>
        (await amphorae.OfLoadBalancerAsync(place.LoadBalancerId, cancellationToken)).FirstOrDefault(
            row => row.Role == place.Role && row.Status == AmphoraStatus.Allocated && row.Id != place.NewAmphoraId && !place.Replaces.Contains(row.Id));
}

/// <summary>Upstream's CreateAmphoraInDB: a row for an amphora that is to be built.</summary>
internal sealed class CreateAmphora(AmphoraServices services, AmphoraRow row) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        async (amphorae, token) =>
        {
            if (await amphorae.GetAsync(row.Id, token) is null)
            {
                await amphorae.InsertAsync(row, token);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        (amphorae, token) => amphorae.DeleteAsync(row.Id, token), cancellationToken);
}

/// <summary>Upstream's AmphoraIDToErrorOnRevert.</summary>
internal sealed class AmphoraToErrorOnRevert(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        (amphorae, token) => amphorae.SetStatusAsync(amphora, AmphoraStatus.Error, token), cancellationToken);
}

/// <summary>Upstream's MarkAmphoraReadyInDB: it is a spare.</summary>
internal sealed class MarkAmphoraReady(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        async (amphorae, token) => await amphorae.TryMarkAsync(amphora, [AmphoraStatus.Booting], AmphoraStatus.Ready, token), cancellationToken);
}

/// <summary>Upstream's MarkAmphoraAllocatedInDB: it is the load balancer's.</summary>
internal sealed class AllocateAmphora(AmphoraServices services, AmphoraPlace place) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        (amphorae, token) => amphorae.AllocateAsync(place.NewAmphoraId, place.LoadBalancerId, token), cancellationToken);
}

/// <summary>The amphora a load balancer needs for a role.</summary>
/// <param name="LoadBalancerId">Whose.</param>
/// <param name="Role">Which.</param>
/// <param name="NewAmphoraId">Its id when it is built; chosen before the flow begins, so that whoever goes on builds the same.</param>
/// <param name="IsKeptApart">It is kept apart from the other one, which a spare cannot be (flows.md §3.1).</param>
internal sealed record AmphoraPlace(Guid LoadBalancerId, AmphoraRole Role, Guid NewAmphoraId, bool IsKeptApart)
{
    /// <summary>Amphorae whose places are taken; none of them is the one that is needed.</summary>
    public IReadOnlyList<Guid> Replaces { get; init; } = [];

    /// <summary>keepalived's priority (flows.md §2.2).</summary>
    public int? VrrpPriority => Role switch
    {
        AmphoraRole.Master => 100,
        AmphoraRole.Backup => 90,
        _ => null,
    };

    /// <summary>Its row when it is built.</summary>
    public AmphoraRow NewRow => new() { Id = NewAmphoraId, LoadBalancerId = LoadBalancerId, Role = Role, VrrpPriority = VrrpPriority };
}
