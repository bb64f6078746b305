// What only failovers do: ask who serves, let the old one resign, tell the rest (flows.md §8).
using System.Text.Json.Serialization;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.LoadBalancers.Failover;

/// <summary>Asks each amphora whether it has the VIP: the one that has it is replaced last, so that the VIP moves once (flows.md §8.2).</summary>
internal sealed class OrderAmphorae(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var (row, amphorae) = await services.Database.ReadAsync(
            async (transaction, token) => (
                await new LoadBalancerRows(transaction).GetAsync(loadBalancer, token),
                await new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer, token)),
            cancellationToken);
        // Of one alone nobody needs to know.
        var vip = amphorae.Count > 1 ? row?.VipAddress : null;
        var active = await Task.WhenAll(amphorae.Select(async amphora => await HasVipAsync(amphora, vip, cancellationToken)));
        values.Set(FailoverKeys.Old, [.. amphorae.Zip(active).OrderBy(static pair => pair.Second).ThenBy(static pair => PreparedPush.CanServe(pair.First)).Select(static pair => pair.First.Id)]);
    }

    private async Task<bool> HasVipAsync(AmphoraRow amphora, System.Net.IPAddress? vip, CancellationToken cancellationToken)
    {
        try
        {
            return vip is not null && amphora.LbNetworkIp is not null
                && await services.Amphorae.Agents.HasAddressAsync(AgentAddress.Of(amphora), vip, services.Settings.FailoverQuestionLimit, cancellationToken);
        }
        catch (DriverException)
        {
            // One that does not answer does not serve, as far as anybody can know.
            return false;
        }
    }
}

/// <summary>Upstream's AmphoraToErrorOnRevert: the old amphora is in ERROR, unless it is gone already.</summary>
internal sealed class OldAmphoraToErrorOnRevert(LoadBalancerServices services, Func<StepValues, Guid?> old) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => old(values) is not { } amphora ? Task.CompletedTask : services.ChangeAsync(
        async (transaction, token) =>
        {
            var amphorae = new AmphoraRows(transaction);
            if (await amphorae.GetAsync(amphora, token) is { Status: not AmphoraStatus.Deleted })
            {
                await amphorae.SetStatusAsync(amphora, AmphoraStatus.Error, token);
            }
        },
        cancellationToken);
}

/// <summary>The old amphora of a pair ends its load balancer: its VRRP resigns, and the other one takes over without waiting for three advertisements
/// that do not come. One that does not answer is passed over.</summary>
internal sealed class Resign(LoadBalancerServices services, Guid loadBalancer, Func<StepValues, Guid?> old) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = old(values) is { } id
            ? await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(id, token), cancellationToken)
            : null;
        if (row is { LbNetworkIp: not null, AgentPort: not null })
        {
            try
            {
                await services.Amphorae.Agents.StopAsync(AgentAddress.Of(row), loadBalancer, services.Settings.FailoverQuestionLimit, cancellationToken);
            }
            catch (DriverException)
            {
                // It is deleted next, which ends its VRRP too, only later.
            }
        }
    }
}

/// <summary>Upstream's AmphoraeGetConnectivityStatus, AmphoraIndexListenerUpdate and AmphoraIndexVRRPUpdate: those that were there learn of their new
/// peer first, so that it hears them when it begins; those that do not answer are passed over. The new one has to answer.</summary>
internal sealed class UpdateAfterFailover(LoadBalancerServices services, Guid loadBalancer, FlowKey<Guid> newAmphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var (prepared, newId) = (await PreparedPush.ReadAsync(services, loadBalancer, cancellationToken), values.Get(newAmphora));
        foreach (var amphora in prepared.Amphorae.OrderBy(row => row.Id == newId))
        {
            var address = AgentAddress.Of(amphora);
            try
            {
                await services.Amphorae.Agents.WaitAsync(address, services.Settings.SurvivorLimit, cancellationToken);
                await services.Amphorae.Agents.PushAsync(address, prepared.Push, cancellationToken);
            }
            catch (DriverException exception) when (exception.Kind == DriverErrorKind.Unreachable && amphora.Id != newId)
            {
                // The health manager will find it silent, and replace it too.
            }
        }
    }
}

/// <summary>The load balancer and everything below it is ACTIVE, also what was in ERROR: the new amphorae have it (flows.md §8).</summary>
internal sealed class MarkFailedOver(LoadBalancerServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.GiveBackAsync(
        values,
        loadBalancer,
        async (transaction, token) =>
        {
            var objects = new ObjectRows(transaction);
            await objects.SetStatusAsync((await objects.LoadAsync(loadBalancer, token)).Select(static child => child.Id), RowStatus.Active, token);
            await new LoadBalancerRows(transaction).SetStatusAsync(loadBalancer, RowStatus.Active, token);
        },
        cancellationToken);
}

/// <summary>What the steps of failovers hand on.</summary>
internal static class FailoverKeys
{
    /// <summary>The amphorae there were, the one that has the VIP last, and before it the one that stands by.</summary>
    public static readonly FlowKey<Guid[]> Old = new("old_amphorae", FailoverValues.Default.GuidArray);
}

/// <summary>How those values are written.</summary>
[JsonSerializable(typeof(Guid[]))]
internal sealed partial class FailoverValues : JsonSerializerContext;
