// What the tasks of VIPs work with.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Store;

namespace Amphora.Controller.Vips;

/// <summary>Store and drivers.</summary>
/// <param name="Database">Rows of load balancers and amphorae.</param>
/// <param name="Network">Ports and security groups.</param>
/// <param name="Compute">Where ports are plugged.</param>
/// <param name="Agents">Who sets them up inside.</param>
internal sealed record VipServices(IDatabase Database, INetworkDriver Network, IComputeDriver Compute, IAmphoraDriver Agents)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => Database.Clock;

    /// <summary>A load balancer that has to be there.</summary>
    /// <exception cref="DriverException">Its row is gone.</exception>
    public async Task<LoadBalancerRow> GetAsync(Guid loadBalancer, CancellationToken cancellationToken) =>
        await Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).GetAsync(loadBalancer, token), cancellationToken)
        ?? throw new DriverException($"cannot go on with load balancer {loadBalancer}: its row is gone", DriverErrorKind.NotFound);

    /// <summary>An amphora; null when its row is gone.</summary>
    public Task<AmphoraRow?> AmphoraAsync(Guid amphora, CancellationToken cancellationToken) =>
        Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphora, token), cancellationToken);

    /// <summary>The amphorae of a load balancer that are ALLOCATED.</summary>
    public async Task<IReadOnlyList<AmphoraRow>> ServingAsync(Guid loadBalancer, CancellationToken cancellationToken)
    {
        var amphorae = await Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer, token), cancellationToken);
        return [.. amphorae.Where(static amphora => amphora.Status == AmphoraStatus.Allocated)];
    }

    /// <summary>What the listeners of a load balancer let in; those on their way out let nothing in.</summary>
    public async Task<IReadOnlyList<OpenPort>> OpenPortsAsync(Guid loadBalancer, CancellationToken cancellationToken)
    {
        var objects = await Database.ReadAsync((transaction, token) => new ObjectRows(transaction).LoadAsync(loadBalancer, token), cancellationToken);
        return [.. objects.Where(static row => row is { Kind: ObjectKind.Listener, ProvisioningStatus: not RowStatus.PendingDelete }).Select(Read)];
    }

    /// <summary>The VIP of a load balancer that has one.</summary>
    public static Vip VipOf(LoadBalancerRow row) => new()
    {
        PortId = row.VipPortId!.Value,
        NetworkId = row.VipNetworkId!.Value,
        SubnetId = row.VipSubnetId!.Value,
        Address = row.VipAddress!,
        IsOwned = row.VipPortOwned,
        AdditionalVips = [.. row.AdditionalVips.Select(static vip => new FixedIp(vip.SubnetId, vip.IpAddress))],
    };

    private static OpenPort Read(ObjectRow listener)
    {
        var body = JsonNode.Parse(listener.Body)!;
        var protocol = (string)body["protocol"]! switch
        {
            "UDP" => "udp",
            "SCTP" => "sctp",
            _ => "tcp",
        };
        var from = (body["allowed_cidrs"] as JsonArray ?? []).Select(static cidr => Cidr.TryParse((string)cidr!, out var read) ? read.Value : throw new FormatException($"{cidr} is no CIDR"));
        return new OpenPort(protocol, (int)body["protocol_port"]!, [.. from]);
    }
}
