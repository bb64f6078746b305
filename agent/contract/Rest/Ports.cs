// /2.0/ports: the interfaces of the amphora, as desired state.
using System.Net;
using System.Text.Json.Serialization;
using Amphora.Contract.DesiredState;

namespace Amphora.Contract.Rest;

/// <summary>Body of <c>PUT /2.0/ports/{mac}</c>: everything the interface with this MAC shall have. What is not listed is removed.</summary>
public sealed record Port
{
    /// <summary>VIP port or member network port.</summary>
    public required PortType Type { get; init; }

    /// <summary>Bytes, 68–65535 (576 and more for IPv4, 1280 and more for IPv6); null leaves the kernel's.</summary>
    public int? Mtu { get; init; }

    /// <summary>vip only: ACTIVE_STANDBY leaves VIP address, table 1 and rules to keepalived. Null: as the agent is configured.</summary>
    public Topology? Topology { get; init; }

    /// <summary>vip only: the port's own address in the first VIP's subnet.</summary>
    public IPAddress? VrrpIp { get; init; }

    /// <summary>vip only, at least one: primary VIP, then additional ones.</summary>
    public ValueList<PortVip> Vips { get; init; }

    /// <summary>Addresses of the port itself; a member port without any asks DHCP and router advertisements.</summary>
    public ValueList<PortFixedIp> FixedIps { get; init; }

    /// <summary>vip only: SR-IOV port.</summary>
    public bool IsSriov { get; init; }
}

/// <summary>What a port is for.</summary>
public enum PortType
{
    /// <summary>Carries the VIPs.</summary>
    Vip,

    /// <summary>Reaches members.</summary>
    Member,
}

/// <summary>A VIP on a port.</summary>
public sealed record PortVip
{
    /// <summary>The VIP.</summary>
    public required IPAddress IpAddress { get; init; }

    /// <summary>Its subnet, without host bits.</summary>
    public required Cidr SubnetCidr { get; init; }

    /// <summary>Null: no default route.</summary>
    public IPAddress? GatewayIp { get; init; }

    /// <summary>Further routes of the subnet.</summary>
    public ValueList<HostRoute> HostRoutes { get; init; }
}

/// <summary>An address of a port.</summary>
public sealed record PortFixedIp
{
    /// <summary>The address.</summary>
    public required IPAddress IpAddress { get; init; }

    /// <summary>Its subnet, without host bits.</summary>
    public required Cidr SubnetCidr { get; init; }

    /// <summary>vip ports only: a default route.</summary>
    public IPAddress? GatewayIp { get; init; }

    /// <summary>Further routes of the subnet.</summary>
    public ValueList<HostRoute> HostRoutes { get; init; }
}

/// <summary>Answer of <c>PUT</c> and <c>GET /2.0/ports/{mac}</c>, and one row of <c>GET /2.0/ports</c>.</summary>
public sealed record PortState
{
    /// <summary>As <c>fa:16:3e:00:00:01</c>.</summary>
    public required string MacAddress { get; init; }

    /// <summary>Name of the interface in the amphora-haproxy namespace, as <c>eth1</c>.</summary>
    public required string Interface { get; init; }

    /// <summary>What is wanted; null for an interface plugged over API 1.0.</summary>
    public Port? Port { get; init; }

    /// <summary>True when the kernel has the link, up.</summary>
    public required bool Up { get; init; }

    /// <summary>Bytes; the kernel's.</summary>
    public int? Mtu { get; init; }

    /// <summary>Addresses the kernel has, as <c>10.0.0.5/24</c>.</summary>
    public ValueList<string> Addresses { get; init; }

    /// <summary>PUT only: what was done, in order; left out when empty.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueList<ActionTaken> Actions { get; init; }
}

/// <summary>Answer of <c>GET /2.0/ports</c>.</summary>
/// <param name="Ports">By interface name.</param>
public sealed record PortList(ValueList<PortState> Ports);
