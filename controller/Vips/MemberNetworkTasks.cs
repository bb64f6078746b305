// Steps that bring amphorae into the networks of their members, and out again (flows.md §6.2; upstream's CalculateDelta, HandleNetworkDeltas).
using System.Text.Json.Serialization;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Vips;

/// <summary>A new amphora's ways to its members; undone, it has none.</summary>
internal sealed class PlugMemberNetworks(VipServices services, Guid loadBalancer, FlowKey<Guid> amphoraKey) : IFlowTask
{
    private readonly MemberPlug _plug = new(services);

    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var amphora = await services.AmphoraAsync(values.Get(amphoraKey), cancellationToken);
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        foreach (var network in await _plug.WantedAsync(loadBalancer, cancellationToken))
        {
            await _plug.PlugAsync(amphora!, network, row, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
    {
        var id = values.Get(amphoraKey);
        var amphora = await services.AmphoraAsync(id, cancellationToken) ?? new AmphoraRow { Id = id };
        await _plug.UnplugAsync(amphora, static _ => true, cancellationToken);
    }
}

/// <summary>Upstream's CalculateDelta: what comes is written down before it is made, so that exactly that is undone.</summary>
internal sealed class FindMemberNetworks(VipServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var plug = new MemberPlug(services);
        var wanted = await plug.WantedAsync(loadBalancer, cancellationToken);
        List<MissingNetwork> missing = [];
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        foreach (var amphora in wanted.Count == 0 ? [] : await services.ServingAsync(loadBalancer, cancellationToken))
        {
            foreach (var network in wanted)
            {
                if (await plug.MissingAsync(amphora, network, row, cancellationToken) is { } found)
                {
                    missing.Add(found);
                }
            }
        }

        values.Set(MemberNetworkKeys.Missing, [.. missing]);
    }
}

/// <summary>Upstream's HandleNetworkDeltas and AmphoraePostNetworkPlug, as far as networks come.</summary>
internal sealed class AddMemberNetworks(VipServices services, Guid loadBalancer) : IFlowTask
{
    private readonly MemberPlug _plug = new(services);

    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var wanted = await _plug.WantedAsync(loadBalancer, cancellationToken);
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        foreach (var amphora in wanted.Count == 0 ? [] : await services.ServingAsync(loadBalancer, cancellationToken))
        {
            foreach (var network in wanted)
            {
                await _plug.PlugAsync(amphora, network, row, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        foreach (var missing in values.Get(MemberNetworkKeys.Missing))
        {
            var amphora = await services.AmphoraAsync(missing.AmphoraId, cancellationToken) ?? new AmphoraRow { Id = missing.AmphoraId };
            await (missing.NetworkId == row.VipNetworkId
                ? _plug.RemoveFromBaseAsync(amphora, row, subnet => !missing.Subnets.Contains(subnet), cancellationToken)
                : _plug.UnplugAsync(amphora, network => network == missing.NetworkId, cancellationToken));
        }
    }
}

/// <summary>The same as far as networks go; after the push, so that no member loses its way while it still gets requests.</summary>
internal sealed class RemoveMemberNetworks(VipServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var plug = new MemberPlug(services);
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        var wanted = await plug.WantedAsync(loadBalancer, cancellationToken);
        var atVip = wanted.FirstOrDefault(network => network.NetworkId == row.VipNetworkId)?.Subnets ?? [];
        foreach (var amphora in await services.ServingAsync(loadBalancer, cancellationToken))
        {
            await plug.UnplugAsync(amphora, network => wanted.All(stays => stays.NetworkId != network), cancellationToken);
            await plug.RemoveFromBaseAsync(amphora, row, subnet => atVip.Contains(subnet), cancellationToken);
        }
    }
}

/// <summary>A network that an amphora is not in yet.</summary>
/// <param name="AmphoraId">Which amphora.</param>
/// <param name="NetworkId">Which network.</param>
/// <param name="Subnets">In the VIP's network, where it has a port: the subnets it has no address in.</param>
internal sealed record MissingNetwork(Guid AmphoraId, Guid NetworkId, Guid[] Subnets);

/// <summary>What these steps hand on.</summary>
internal static class MemberNetworkKeys
{
    /// <summary>What is missing before anything is made.</summary>
    public static readonly FlowKey<MissingNetwork[]> Missing = new("missing_networks", MemberNetworkValues.Default.MissingNetworkArray);
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MissingNetwork[]))]
internal sealed partial class MemberNetworkValues : JsonSerializerContext;
