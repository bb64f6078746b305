// The load balancer object and its additional VIPs (Octavia v2 names).
using System.Net;

namespace Amphora.Contract.DesiredState;

/// <summary>A load balancer with all that hangs below it.</summary>
public sealed record LoadBalancer
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people only; never in a generated file.</summary>
    public string? Name { get; init; }

    /// <summary>Owner; <c>[A-Za-z0-9_-]{1,36}</c>. Appears in log lines.</summary>
    public required string ProjectId { get; init; }

    /// <summary>False: no listener is written.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status; PENDING_DELETE objects are not rendered.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;

    /// <summary>The primary VIP.</summary>
    public required IPAddress VipAddress { get; init; }

    /// <summary>Its subnet.</summary>
    public required Guid VipSubnetId { get; init; }

    /// <summary>Its Neutron port.</summary>
    public Guid? VipPortId { get; init; }

    /// <summary>Its Neutron network.</summary>
    public Guid? VipNetworkId { get; init; }

    /// <summary>normal, or direct for SR-IOV.</summary>
    public VipVnicType VipVnicType { get; init; } = VipVnicType.Normal;

    /// <summary>Further VIPs, in document order.</summary>
    public ValueList<AdditionalVip> AdditionalVips { get; init; }

    /// <summary>Every VIP, the primary one first.</summary>
    public ValueList<IPAddress> Vips => [VipAddress, .. AdditionalVips.Select(static vip => vip.IpAddress)];

    /// <summary>Listeners, in document order.</summary>
    public ValueList<Listener> Listeners { get; init; }

    /// <summary>Pools, in document order.</summary>
    public ValueList<Pool> Pools { get; init; }
}

/// <summary>A VIP beside the primary one.</summary>
public sealed record AdditionalVip
{
    /// <summary>The address.</summary>
    public required IPAddress IpAddress { get; init; }

    /// <summary>Its subnet.</summary>
    public required Guid SubnetId { get; init; }

    /// <summary>Its Neutron port.</summary>
    public Guid? PortId { get; init; }
}

/// <summary>Octavia's provisioning status.</summary>
public enum ProvisioningStatus
{
    /// <summary>ACTIVE.</summary>
    Active,

    /// <summary>PENDING_CREATE.</summary>
    PendingCreate,

    /// <summary>PENDING_UPDATE.</summary>
    PendingUpdate,

    /// <summary>PENDING_DELETE: not rendered.</summary>
    PendingDelete,

    /// <summary>ERROR: still rendered.</summary>
    Error,
}

/// <summary>How the VIP port is attached.</summary>
public enum VipVnicType
{
    /// <summary>A paravirtual port behind security groups.</summary>
    Normal,

    /// <summary>An SR-IOV port; the amphora filters itself (config-rendering N1).</summary>
    Direct,
}
