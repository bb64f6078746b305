// Marks of load balancers, their server groups and VRRP groups, and what their amphorae are told (flows.md §§1, 2, 5, 6.1).
using System.Security.Cryptography;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Upstream's LoadBalancerIDToErrorOnRevert: the first step of a flow, whose undoing is the last thing that is done.</summary>
internal sealed class LoadBalancerToErrorOnRevert(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => services.GiveBackAsync(
        values, loadBalancer, (transaction, token) => new LoadBalancerRows(transaction).SetStatusAsync(loadBalancer, RowStatus.Error, token), cancellationToken);
}

/// <summary>Upstream's NovaServerGroupCreate and UpdateLBServerGroupInDB.</summary>
internal sealed class CreateServerGroup(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var group = await services.Vips.Compute.CreateServerGroupAsync(VipNames.ServerGroup(loadBalancer), AntiAffinity.AntiAffinity, cancellationToken);
        await services.ChangeAsync((transaction, token) => new LoadBalancerRows(transaction).SetServerGroupAsync(loadBalancer, group, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => new DeleteServerGroup(services, loadBalancer).ExecuteAsync(values, cancellationToken);
}

/// <summary>Upstream's NovaServerGroupDelete.</summary>
internal sealed class DeleteServerGroup(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        if ((await services.Vips.GetAsync(loadBalancer, cancellationToken)).ServerGroupId is { } group)
        {
            await services.Vips.Compute.DeleteServerGroupAsync(group, cancellationToken);
            await services.ChangeAsync((transaction, token) => new LoadBalancerRows(transaction).SetServerGroupAsync(loadBalancer, null, token), cancellationToken);
        }
    }
}

/// <summary>Upstream's CreateVRRPGroupForLB; the one that is there stays.</summary>
internal sealed class CreateVrrpGroup(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var group = new VrrpGroup
        {
            VrrpGroupName = loadBalancer.ToString("N"),
            // Seven digits, as upstream: keepalived takes eight characters.
            VrrpAuthPass = RandomNumberGenerator.GetHexString(7, lowercase: true),
            AdvertInt = services.Settings.VrrpAdvertInt,
        };
        return services.ChangeAsync((transaction, token) => new LoadBalancerRows(transaction).AddVrrpGroupAsync(loadBalancer, group, token), cancellationToken);
    }
}

/// <summary>Upstream's ListenersUpdate and AmphoraVRRPUpdate in one: each amphora gets the whole document.</summary>
internal sealed class UpdateListeners(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var prepared = await PreparedPush.ReadAsync(services, loadBalancer, cancellationToken);
        foreach (var amphora in prepared.Amphorae)
        {
            await services.Amphorae.Agents.PushAsync(AgentAddress.Of(amphora), prepared.Push, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        async (transaction, token) =>
        {
            var objects = new ObjectRows(transaction);
            var listeners = (await objects.LoadAsync(loadBalancer, token)).Where(static child => child.Kind == ObjectKind.Listener);
            await objects.SetStatusAsync([.. listeners.Select(static listener => listener.Id)], RowStatus.Error, token);
        },
        cancellationToken);
}

/// <summary>Upstream's MarkLBActiveInDB with everything below.</summary>
internal sealed class MarkLoadBalancerActive(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.GiveBackAsync(
        values,
        loadBalancer,
        async (transaction, token) =>
        {
            await new ObjectRows(transaction).MarkActiveAsync(loadBalancer, token);
            await new LoadBalancerRows(transaction).SetStatusAsync(loadBalancer, RowStatus.Active, token);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        async (transaction, token) =>
        {
            var objects = new ObjectRows(transaction);
            await objects.SetStatusAsync([.. (await objects.LoadAsync(loadBalancer, token)).Select(static child => child.Id)], RowStatus.Error, token);
        },
        cancellationToken);
}

/// <summary>Upstream's MarkLBAmphoraeHealthBusy: the health manager leaves them alone.</summary>
internal sealed class MarkAmphoraeBusy(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        async (transaction, token) => await new HealthRows(transaction).MarkBusyAsync(
            [.. (await new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer, token)).Select(static amphora => amphora.Id)], token),
        cancellationToken);
}

/// <summary>Upstream's DeleteAmphoraeOnLoadBalancer, MarkLBAmphoraeDeletedInDB and DisableLBAmphoraeHealthMonitoring.</summary>
internal sealed class DeleteAmphorae(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var amphorae = await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer, token), cancellationToken);
        foreach (var amphora in amphorae)
        {
            if ((amphora.ComputeId ?? await services.Vips.Compute.FindAsync(amphora.Id, cancellationToken)) is { } compute)
            {
                await services.Vips.Compute.DeleteAsync(compute, cancellationToken);
            }

            await services.ChangeAsync(
                async (transaction, token) =>
                {
                    await new AmphoraRows(transaction).SetStatusAsync(amphora.Id, AmphoraStatus.Deleted, token);
                    await new HealthRows(transaction).DeleteAsync([amphora.Id], token);
                },
                cancellationToken);
        }
    }
}

/// <summary>The rows below the load balancer go, the load balancer becomes DELETED, and the project gets its quota back: at once, so that
/// doing it again gives nothing back twice.</summary>
internal sealed class MarkLoadBalancerDeleted(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.ChangeAsync(
        async (transaction, token) =>
        {
            var loadBalancers = new LoadBalancerRows(transaction);
            if (await loadBalancers.GetAsync(loadBalancer, token) is { ProvisioningStatus: not RowStatus.Deleted } row)
            {
                var objects = new ObjectRows(transaction);
                var below = await objects.LoadAsync(loadBalancer, token);
                await new QuotaRows(transaction).GiveBackAsync(row.ProjectId, QuotaUse.Of(below), token);
                await objects.DeleteAsync(below.Select(static child => child.Id), token);
                await loadBalancers.SetStatusAsync(loadBalancer, RowStatus.Deleted, token);
            }
        },
        cancellationToken);
}

/// <summary>What a load balancer uses of its project's quotas.</summary>
internal static class QuotaUse
{
    /// <summary>The load balancer and everything below it.</summary>
    public static IReadOnlyDictionary<QuotaKind, int> Of(IEnumerable<ObjectRow> below) => OfObjects(below).Append(new(QuotaKind.LoadBalancer, 1)).ToDictionary();

    /// <summary>What hangs below a load balancer.</summary>
    public static IReadOnlyDictionary<QuotaKind, int> OfObjects(IEnumerable<ObjectRow> objects) =>
        objects.GroupBy(static child => child.Kind switch
        {
            ObjectKind.Listener => QuotaKind.Listener,
            ObjectKind.Pool => QuotaKind.Pool,
            ObjectKind.Member => QuotaKind.Member,
            ObjectKind.HealthMonitor => QuotaKind.HealthMonitor,
            ObjectKind.L7Policy => QuotaKind.L7Policy,
            _ => QuotaKind.L7Rule,
        }).ToDictionary(static group => group.Key, static group => group.Count());
}
