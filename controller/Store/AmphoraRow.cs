// A row of amphorae.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>An amphora: a spare, one that serves a load balancer, or one that is on its way in or out.</summary>
internal sealed record AmphoraRow
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whom it serves; null: a spare.</summary>
    public Guid? LoadBalancerId { get; init; }

    /// <summary>flows.md §3.5.</summary>
    public AmphoraStatus Status { get; init; } = AmphoraStatus.PendingCreate;

    /// <summary>Null: none yet.</summary>
    public AmphoraRole? Role { get; init; }

    /// <summary>What the compute driver calls it.</summary>
    public string? ComputeId { get; init; }

    /// <summary>Where its agent is reached.</summary>
    public IPAddress? LbNetworkIp { get; init; }

    /// <summary>The agent's port; null: the configured one.</summary>
    public int? AgentPort { get; init; }

    /// <summary>Its own address in the VIP's subnet.</summary>
    public IPAddress? VrrpIp { get; init; }

    /// <summary>The VIP.</summary>
    public IPAddress? HaIp { get; init; }

    /// <summary>Port of <see cref="VrrpIp"/>.</summary>
    public Guid? VrrpPortId { get; init; }

    /// <summary>Port of <see cref="HaIp"/>.</summary>
    public Guid? HaPortId { get; init; }

    /// <summary>Name of the interface inside.</summary>
    public string? VrrpInterface { get; init; }

    /// <summary>VRRP's virtual router id.</summary>
    public int? VrrpId { get; init; }

    /// <summary>Follows from the role.</summary>
    public int? VrrpPriority { get; init; }

    /// <summary>When its server certificate ends.</summary>
    public DateTimeOffset? CertExpiration { get; init; }

    /// <summary>Somebody is giving it a new one.</summary>
    public bool CertBusy { get; init; }

    /// <summary>Availability zone it landed in.</summary>
    public string? CachedZone { get; init; }

    /// <summary>What it was booted from.</summary>
    public string? ImageId { get; init; }

    /// <summary>Its size.</summary>
    public string? ComputeFlavor { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    internal static SqlFragment Columns { get; } = new("""
        id, load_balancer_id, status, role, compute_id, lb_network_ip, agent_port, vrrp_ip, ha_ip, vrrp_port_id, ha_port_id,
        vrrp_interface, vrrp_id, vrrp_priority, cert_expiration, cert_busy, cached_zone, image_id, compute_flavor, created_at, updated_at
        """);

    internal static AmphoraRow Read(SqlRow row) => new()
    {
        Id = row.Id("id"),
        LoadBalancerId = row.IdOrNull("load_balancer_id"),
        Status = row.Word("status", WireNames.AmphoraStatuses),
        Role = row.WordOrNull("role", WireNames.AmphoraRoles),
        ComputeId = row.TextOrNull("compute_id"),
        LbNetworkIp = row.AddressOrNull("lb_network_ip"),
        AgentPort = row.NumberOrNull("agent_port"),
        VrrpIp = row.AddressOrNull("vrrp_ip"),
        HaIp = row.AddressOrNull("ha_ip"),
        VrrpPortId = row.IdOrNull("vrrp_port_id"),
        HaPortId = row.IdOrNull("ha_port_id"),
        VrrpInterface = row.TextOrNull("vrrp_interface"),
        VrrpId = row.NumberOrNull("vrrp_id"),
        VrrpPriority = row.NumberOrNull("vrrp_priority"),
        CertExpiration = row.TimeOrNull("cert_expiration"),
        CertBusy = row.Truth("cert_busy"),
        CachedZone = row.TextOrNull("cached_zone"),
        ImageId = row.TextOrNull("image_id"),
        ComputeFlavor = row.TextOrNull("compute_flavor"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.TimeOrNull("updated_at"),
    };
}

/// <summary>What the compute driver tells of a machine that runs.</summary>
internal sealed record ComputeFields
{
    /// <summary>What the compute driver calls it.</summary>
    public required string ComputeId { get; init; }

    /// <summary>Where its agent is reached.</summary>
    public required IPAddress LbNetworkIp { get; init; }

    /// <summary>The agent's port; null: the configured one.</summary>
    public int? AgentPort { get; init; }

    /// <summary>Availability zone it landed in.</summary>
    public string? CachedZone { get; init; }

    /// <summary>What it was booted from.</summary>
    public string? ImageId { get; init; }

    /// <summary>Its size.</summary>
    public string? ComputeFlavor { get; init; }
}

/// <summary>What is known once the VIP is plugged.</summary>
internal sealed record PluggedFields
{
    /// <summary>Its own address in the VIP's subnet.</summary>
    public required IPAddress VrrpIp { get; init; }

    /// <summary>The VIP.</summary>
    public required IPAddress HaIp { get; init; }

    /// <summary>Port of <see cref="VrrpIp"/>.</summary>
    public Guid? VrrpPortId { get; init; }

    /// <summary>Port of <see cref="HaIp"/>.</summary>
    public Guid? HaPortId { get; init; }

    /// <summary>VRRP's virtual router id.</summary>
    public int VrrpId { get; init; } = 1;
}
