// What networks are made of, in Neutron's words.
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.Drivers.Networking;

/// <summary>A network: one segment.</summary>
internal sealed record Network
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes of a packet.</summary>
    public required int Mtu { get; init; }
}

/// <summary>A subnet of a network.</summary>
internal sealed record Subnet
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its network.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its addresses.</summary>
    public required Cidr Cidr { get; init; }

    /// <summary>The way out, when there is one.</summary>
    public IPAddress? GatewayIp { get; init; }

    /// <summary>Further routes.</summary>
    public ValueList<HostRoute> HostRoutes { get; init; }
}

/// <summary>An address of a port.</summary>
/// <param name="SubnetId">Of this subnet.</param>
/// <param name="IpAddress">The address.</param>
internal sealed record FixedIp(Guid SubnetId, IPAddress IpAddress);

/// <summary>An address to be had; null is any free one.</summary>
/// <param name="SubnetId">Of this subnet.</param>
/// <param name="IpAddress">The address.</param>
internal sealed record WantedIp(Guid SubnetId, IPAddress? IpAddress);

/// <summary>A port to be made.</summary>
internal sealed record PortRequest
{
    /// <summary>Its name (flows.md §4: <c>octavia-lb-…</c>).</summary>
    public required string Name { get; init; }

    /// <summary>Its network.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>Its addresses; none is one of any subnet.</summary>
    public ValueList<WantedIp> FixedIps { get; init; }

    /// <summary>Off for a VIP's port, which only keeps the address.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>What it belongs to, as <c>lb-ID</c>.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>Who made it; <c>Octavia</c> for ours.</summary>
    public string DeviceOwner { get; init; } = "";

    /// <summary>The project it is the user's in; null is the service's.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Its security groups.</summary>
    public ValueList<Guid> SecurityGroups { get; init; }
}

/// <summary>A port.</summary>
internal sealed record NetworkPort
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its network.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>Its hardware address.</summary>
    public required PhysicalAddress MacAddress { get; init; }

    /// <summary>Its addresses.</summary>
    public ValueList<FixedIp> FixedIps { get; init; }

    /// <summary>Whether it carries anything.</summary>
    public bool AdminStateUp { get; init; }

    /// <summary>What it belongs to; the compute id once it is plugged.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>Who made it, or has it; compute overwrites it on ports that it plugs.</summary>
    public string DeviceOwner { get; init; } = "";

    /// <summary>Addresses beside its own that it may send from: the VIPs.</summary>
    public ValueList<IPAddress> AllowedAddresses { get; init; }

    /// <summary>Its security groups.</summary>
    public ValueList<Guid> SecurityGroups { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A security group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record NetworkSecurityGroup(Guid Id, string Name, DateTimeOffset CreatedAt);

/// <summary>What of a port is replaced; null stays.</summary>
internal sealed record PortChange
{
    /// <summary>Whether it carries anything.</summary>
    public bool? AdminStateUp { get; init; }

    /// <summary>Addresses beside its own that it may send from.</summary>
    public ValueList<IPAddress>? AllowedAddresses { get; init; }

    /// <summary>Its security groups.</summary>
    public ValueList<Guid>? SecurityGroups { get; init; }

    /// <summary>Its addresses; an address null is any free one.</summary>
    public ValueList<WantedIp>? FixedIps { get; init; }
}

/// <summary>Something that may come in.</summary>
/// <param name="Protocol">Number or name as IANA has it: tcp, udp, sctp, 112 (VRRP), 51 (AH).</param>
/// <param name="Port">The port; null for protocols without.</param>
/// <param name="IsIPv6">Which family.</param>
/// <param name="From">From where; null is anywhere.</param>
internal sealed record SecurityRule(string Protocol, int? Port, bool IsIPv6, Cidr? From);
