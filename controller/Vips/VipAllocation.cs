// The port that keeps a VIP's address (flows.md §4.1, §4.4; upstream's AllocateVIP, DeallocateVIP).
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;

namespace Amphora.Controller.Vips;

/// <summary>Allocates and frees VIPs. The port is never bound to a machine: its address reaches the amphorae by allowed addresses.</summary>
/// <param name="network">Where.</param>
/// <param name="time">The clock of the waits.</param>
internal sealed class VipAllocation(INetworkDriver network, TimeProvider time)
{
    // Upstream's [networking] max_retries and retry_interval: the network frees ports late.
    private const int Retries = 15;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>The VIP's port: the one that is there and fits, else a new one. Allocating twice is allocating once.</summary>
    /// <exception cref="DriverException">The address is taken, or the user's port does not fit (Conflict).</exception>
    public async Task<Vip> AllocateAsync(VipRequest request, CancellationToken cancellationToken)
    {
        var there = request.PortId is { } id
            ? await network.GetPortAsync(id, cancellationToken)
            : await FindAsync(request.LoadBalancerId, cancellationToken);
        if (there is not null && Fits(there, request))
        {
            return Describe(request, there);
        }

        if (there is not null)
        {
            await (IsOurs(there) ? network.DeletePortAsync(there.Id, cancellationToken) : throw new DriverException(
                $"cannot use port {there.Id} for the VIP: it is not in network {request.NetworkId} with {request.Address} of subnet {request.SubnetId}", DriverErrorKind.Conflict));
        }

        return Describe(request, await network.CreatePortAsync(
            new PortRequest
            {
                Name = VipNames.VipPort(request.LoadBalancerId),
                NetworkId = request.NetworkId,
                FixedIps = [new WantedIp(request.SubnetId, request.Address), .. request.AdditionalVips],
                AdminStateUp = false,
                DeviceId = VipNames.DeviceId(request.LoadBalancerId),
                DeviceOwner = VipNames.DeviceOwner,
                ProjectId = request.ProjectId,
            },
            cancellationToken));
    }

    /// <summary>Frees a VIP: the base ports of its amphorae, its security group, and its port unless that is the user's.</summary>
    /// <param name="loadBalancer">Of which load balancer.</param>
    /// <param name="portId">The VIP's port, when it is known.</param>
    /// <param name="amphorae">Amphorae whose base ports go.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DriverException">The network keeps something.</exception>
    public async Task DeallocateAsync(Guid loadBalancer, Guid? portId, IEnumerable<Guid> amphorae, CancellationToken cancellationToken)
    {
        foreach (var amphora in amphorae)
        {
            foreach (var port in await network.FindPortsAsync(VipNames.BasePort(amphora), cancellationToken))
            {
                await network.DeletePortAsync(port.Id, cancellationToken);
            }
        }

        var vip = portId is { } id
            ? await network.GetPortAsync(id, cancellationToken)
            : await FindAsync(loadBalancer, cancellationToken);
        if (await network.FindSecurityGroupAsync(VipNames.SecurityGroup(loadBalancer), cancellationToken) is { } group)
        {
            if (vip is not null)
            {
                await network.UpdatePortAsync(vip.Id, new PortChange { SecurityGroups = [.. vip.SecurityGroups.Where(other => other != group)] }, cancellationToken);
            }

            await DeleteGroupAsync(group, cancellationToken);
        }

        if (vip is not null && IsOurs(vip))
        {
            await network.DeletePortAsync(vip.Id, cancellationToken);
        }
    }

    private async Task<NetworkPort?> FindAsync(Guid loadBalancer, CancellationToken cancellationToken) =>
        await network.FindPortsAsync(VipNames.VipPort(loadBalancer), cancellationToken) is [var port, ..] ? port : null;

    private async Task DeleteGroupAsync(Guid group, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await network.DeleteSecurityGroupAsync(group, cancellationToken);
                return;
            }
            catch (DriverException exception) when (exception.Kind == DriverErrorKind.Conflict && attempt < Retries)
            {
                await Task.Delay(s_interval, time, cancellationToken);
            }
        }
    }

    private static bool IsOurs(NetworkPort port) => port.DeviceOwner == VipNames.DeviceOwner;

    private static bool Fits(NetworkPort port, VipRequest request) =>
        port.NetworkId == request.NetworkId && port.FixedIps.Any(ip => Has(ip, request)) && request.AdditionalVips.All(wanted => port.FixedIps.Any(ip => ip.SubnetId == wanted.SubnetId));

    private static bool Has(FixedIp ip, VipRequest request) => ip.SubnetId == request.SubnetId && (request.Address is null || ip.IpAddress.Equals(request.Address));

    private static Vip Describe(VipRequest request, NetworkPort port)
    {
        var primary = port.FixedIps.First(ip => Has(ip, request));
        return new Vip
        {
            PortId = port.Id,
            NetworkId = port.NetworkId,
            SubnetId = primary.SubnetId,
            Address = primary.IpAddress,
            IsOwned = IsOurs(port),
            AdditionalVips = [.. request.AdditionalVips.Select(wanted => port.FixedIps.First(ip => ip.SubnetId == wanted.SubnetId && ip != primary))],
        };
    }
}

/// <summary>A VIP to be had.</summary>
internal sealed record VipRequest
{
    /// <summary>Whose.</summary>
    public required Guid LoadBalancerId { get; init; }

    /// <summary>The user's project: the port is theirs.</summary>
    public required string ProjectId { get; init; }

    /// <summary>Its network.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>Its subnet.</summary>
    public required Guid SubnetId { get; init; }

    /// <summary>Its address; null is any.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>A port that is to be used.</summary>
    public Guid? PortId { get; init; }

    /// <summary>Further VIPs, in other subnets of the network.</summary>
    public ValueList<WantedIp> AdditionalVips { get; init; }
}

/// <summary>An allocated VIP.</summary>
internal sealed record Vip
{
    /// <summary>Its port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>Its network.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>Its subnet.</summary>
    public required Guid SubnetId { get; init; }

    /// <summary>Its address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>We made the port and delete it (<c>octavia_owned</c>).</summary>
    public bool IsOwned { get; init; }

    /// <summary>Further VIPs.</summary>
    public ValueList<FixedIp> AdditionalVips { get; init; }

    /// <summary>The subnets it has addresses in.</summary>
    public IEnumerable<Guid> Subnets => AdditionalVips.Select(static ip => ip.SubnetId).Prepend(SubnetId);

    /// <summary>Every address, the primary one first.</summary>
    public ValueList<IPAddress> Addresses => [Address, .. AdditionalVips.Select(static ip => ip.IpAddress)];
}
