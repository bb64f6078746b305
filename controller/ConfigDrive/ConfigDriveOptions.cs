// What a config drive shall say.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.ConfigDrive;

/// <summary>How a config drive is made; every value was checked where it was read.</summary>
internal sealed record ConfigDriveOptions
{
    /// <summary>The amphora: name of its certificate and of the instance.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>Directory of the CA that signs, and that the agent will trust.</summary>
    public required string AuthorityDirectory { get; init; }

    /// <summary>Of the CA's key.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Days the agent's certificate is valid.</summary>
    public required int Days { get; init; }

    /// <summary>Addresses in the agent's certificate.</summary>
    public ValueList<IPAddress> CertificateAddresses { get; init; }

    /// <summary>The agent's configuration.</summary>
    public required AgentSettings Agent { get; init; }

    /// <summary>Where logs go.</summary>
    public required LogForwarding Logs { get; init; }

    /// <summary>The management port's fixed address; null: DHCP.</summary>
    public ManagementAddress? Management { get; init; }

    /// <summary>Timezone of the amphora, as <c>UTC</c>.</summary>
    public required string Timezone { get; init; }

    /// <summary>Where the drive goes.</summary>
    public required string Out { get; init; }

    /// <summary>True: a folder; false: an ISO 9660 file.</summary>
    public required bool IsFolder { get; init; }

    /// <summary>Replace what is there.</summary>
    public bool Force { get; init; }
}

/// <summary>What amphora-agent.conf says; defaults are Octavia's (appliance-layout §2).</summary>
internal sealed record AgentSettings
{
    /// <summary>[health_manager] controller_ip_port_list.</summary>
    public ValueList<IPEndPoint> Controllers { get; init; }

    /// <summary>[health_manager] heartbeat_interval, seconds.</summary>
    public required int HeartbeatInterval { get; init; }

    /// <summary>[health_manager] heartbeat_key, as it is written; null: heartbeats are not sent.</summary>
    public string? HeartbeatKey { get; init; }

    /// <summary>[haproxy_amphora] bind_host.</summary>
    public required IPAddress BindHost { get; init; }

    /// <summary>[haproxy_amphora] bind_port.</summary>
    public required int BindPort { get; init; }

    /// <summary>[controller_worker] loadbalancer_topology.</summary>
    public required Topology Topology { get; init; }
}

/// <summary>Where rsyslog of the amphora sends logs (appliance-layout §10).</summary>
internal sealed record LogForwarding
{
    /// <summary>Of tenants' traffic, the later ones when the earlier do not answer.</summary>
    public ValueList<LogTarget> Tenant { get; init; }

    /// <summary>Of the amphora itself.</summary>
    public ValueList<LogTarget> Administrative { get; init; }

    /// <summary><c>UDP</c> or <c>TCP</c>.</summary>
    public string Protocol { get; init; } = "UDP";

    /// <summary>Administrative targets get everything but tenants' traffic.</summary>
    public bool ForwardAll { get; init; }

    /// <summary>Nothing is kept in the amphora.</summary>
    public bool DisableLocal { get; init; }
}

/// <summary>A log server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port.</param>
internal sealed record LogTarget(string Host, int Port);

/// <summary>The fixed address of the management port.</summary>
/// <param name="Mac">The port, six pairs of hexadecimal digits.</param>
/// <param name="Address">Address with the length of its subnet's prefix.</param>
internal sealed record ManagementAddress(string Mac, Cidr Address)
{
    /// <summary>Default route; null: none.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Bytes; null: the kernel's.</summary>
    public int? Mtu { get; init; }
}

/// <summary>A drive that was made.</summary>
internal sealed record ConfigDriveWritten
{
    /// <summary>File or folder.</summary>
    public required string Path { get; init; }

    /// <summary>The amphora.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>Host name of the instance.</summary>
    public required string HostName { get; init; }

    /// <summary>Files the amphora will have.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Serial number of the agent's certificate, hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Its last moment of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>True when the CA ends before the wanted validity does.</summary>
    public bool IsClamped { get; init; }
}
