// GET / and GET /2.0/capabilities: what this agent is and can do.
namespace Amphora.Contract.Rest;

/// <summary>Answer of <c>GET /</c>. A stock Octavia driver reads only <see cref="ApiVersion"/>.</summary>
public sealed record ApiVersions
{
    /// <summary>Always <c>1.0</c> (Octavia's rest_api_driver looks at nothing else).</summary>
    public string ApiVersion { get; init; } = "1.0";

    /// <summary>Every version served, oldest first.</summary>
    public required ValueList<ApiVersion> Versions { get; init; }
}

/// <summary>One version of the API.</summary>
/// <param name="Id">As <c>2.0</c>.</param>
/// <param name="Status">SUPPORTED or CURRENT.</param>
public sealed record ApiVersion(string Id, string Status);

/// <summary>Answer of <c>GET /2.0/capabilities</c>.</summary>
public sealed record Capabilities
{
    /// <summary>Version of amphora-agent.</summary>
    public required string AgentVersion { get; init; }

    /// <summary>The amphora id of the configuration; null when unset.</summary>
    public string? AmphoraId { get; init; }

    /// <summary>Host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>As <c>2.6.12</c>; null when HAProxy is not installed.</summary>
    public string? HaproxyVersion { get; init; }

    /// <summary>As <c>2.2.7</c>; null when keepalived is not installed.</summary>
    public string? KeepalivedVersion { get; init; }

    /// <summary>What runs the services: <c>systemd</c> or <c>child-processes</c>.</summary>
    public required string ServiceManager { get; init; }

    /// <summary>SINGLE or ACTIVE_STANDBY, as configured.</summary>
    public required string Topology { get; init; }

    /// <summary>Versions of the desired state document understood.</summary>
    public required ValueList<int> SchemaVersions { get; init; }

    /// <summary>Listener protocols that can be served here.</summary>
    public required ValueList<string> ListenerProtocols { get; init; }

    /// <summary>The largest document, in bytes.</summary>
    public required int MaxDocumentBytes { get; init; }
}
