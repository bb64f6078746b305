// Amphorae, their VRRP group, subnets, TLS files.
using System.Net;

namespace Amphora.Contract.DesiredState;

/// <summary>One amphora of the load balancer.</summary>
public sealed record AmphoraEntry
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Only ALLOCATED ones take part.</summary>
    public AmphoraStatus Status { get; init; } = AmphoraStatus.Allocated;

    /// <summary>STANDALONE, or MASTER/BACKUP with ACTIVE_STANDBY.</summary>
    public required AmphoraRole Role { get; init; }

    /// <summary>Address on the management network.</summary>
    public IPAddress? LbNetworkIp { get; init; }

    /// <summary>Own address on the VIP port.</summary>
    public IPAddress? VrrpIp { get; init; }

    /// <summary>The VIP.</summary>
    public IPAddress? HaIp { get; init; }

    /// <summary>Name of the VIP interface.</summary>
    public string? VrrpInterface { get; init; }

    /// <summary>Virtual router id, 1–255; null means 1.</summary>
    public int? VrrpId { get; init; }

    /// <summary>1–254.</summary>
    public int? VrrpPriority { get; init; }
}

/// <summary>Octavia's status of an amphora.</summary>
public enum AmphoraStatus
{
    /// <summary>ALLOCATED.</summary>
    Allocated,

    /// <summary>BOOTING.</summary>
    Booting,

    /// <summary>READY.</summary>
    Ready,

    /// <summary>PENDING_CREATE.</summary>
    PendingCreate,

    /// <summary>PENDING_DELETE.</summary>
    PendingDelete,

    /// <summary>DELETED.</summary>
    Deleted,

    /// <summary>ERROR.</summary>
    Error,

    /// <summary>FAILOVER_STOPPED.</summary>
    FailoverStopped,
}

/// <summary>What an amphora does for its load balancer.</summary>
public enum AmphoraRole
{
    /// <summary>STANDALONE.</summary>
    Standalone,

    /// <summary>MASTER.</summary>
    Master,

    /// <summary>BACKUP.</summary>
    Backup,
}

/// <summary>The VRRP group of an ACTIVE_STANDBY load balancer.</summary>
public sealed record VrrpGroup
{
    /// <summary>Name of the VRRP instance; <c>[A-Za-z0-9_-]{1,36}</c>.</summary>
    public required string VrrpGroupName { get; init; }

    /// <summary>PASS or AH.</summary>
    public VrrpAuthType VrrpAuthType { get; init; } = VrrpAuthType.Pass;

    /// <summary><c>[A-Za-z0-9]{1,8}</c>.</summary>
    public required string VrrpAuthPass { get; init; }

    /// <summary>Seconds between advertisements, 1–255.</summary>
    public int AdvertInt { get; init; } = 1;
}

/// <summary>VRRP authentication.</summary>
public enum VrrpAuthType
{
    /// <summary>PASS.</summary>
    Pass,

    /// <summary>AH.</summary>
    Ah,
}

/// <summary>A subnet of a VIP.</summary>
public sealed record Subnet
{
    /// <summary>Neutron's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Without host bits (V13).</summary>
    public required Cidr Cidr { get; init; }

    /// <summary>Null: no default route.</summary>
    public IPAddress? GatewayIp { get; init; }

    /// <summary>Further routes.</summary>
    public ValueList<HostRoute> HostRoutes { get; init; }
}

/// <summary>A host route of a subnet.</summary>
public sealed record HostRoute
{
    /// <summary>Where to.</summary>
    public required Cidr Destination { get; init; }

    /// <summary>By way of.</summary>
    public required IPAddress Nexthop { get; init; }
}

/// <summary>Says which uploaded file stands for a key manager reference; never holds key material.</summary>
public sealed record TlsFile
{
    /// <summary>The reference used by listeners and pools.</summary>
    public required string Ref { get; init; }

    /// <summary>What is in the file.</summary>
    public required TlsFileKind Kind { get; init; }

    /// <summary>40 hex digits and <c>.pem</c>.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the content, 64 hex digits.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>What a TLS file holds.</summary>
public enum TlsFileKind
{
    /// <summary>Certificate, private key and intermediates.</summary>
    Certificate,

    /// <summary>CA certificates.</summary>
    Ca,

    /// <summary>Certificate revocation list.</summary>
    Crl,
}
