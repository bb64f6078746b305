// GET / and GET /2.0/capabilities: what this agent is and can do.
using System.Text.Json.Serialization;

namespace Amphora.Contract.Rest;

/// <summary>Answer of <c>GET /</c>. A stock Octavia driver reads only <see cref="ApiVersion"/>.</summary>
public sealed record ApiVersions
{
    /// <summary>Always <c>1.0</c> (Octavia's rest_api_driver looks at nothing else).</summary>
    [JsonRequired]
    public string ApiVersion { get; init; } = "1.0";

    /// <summary>Every version served, oldest first; a stock agent does not say it.</summary>
    public ValueList<ApiVersion> Versions { get; init; }
}

/// <summary>One version of the API.</summary>
/// <param name="Id">As <c>2.0</c>.</param>
/// <param name="Status">SUPPORTED or CURRENT.</param>
public sealed record ApiVersion(string Id, string Status);

/// <summary>Answer of <c>GET /2.0/capabilities</c>.</summary>
public sealed record Capabilities
{
    /// <summary>Version of amphora-agent; null for a stock agent, which does not tell.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>The amphora id of the configuration; null when unset.</summary>
    public string? AmphoraId { get; init; }

    /// <summary>Host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>As <c>2.6.12</c>; null when HAProxy is not installed.</summary>
    public string? HaproxyVersion { get; init; }

    /// <summary>As <c>2.2.7</c>; null when keepalived is not installed.</summary>
    public string? KeepalivedVersion { get; init; }

    /// <summary>What runs the services: <c>systemd</c> or <c>child-processes</c>; null for a stock agent.</summary>
    public string? ServiceManager { get; init; }

    /// <summary>SINGLE or ACTIVE_STANDBY, as configured; null for a stock agent, which always says SINGLE.</summary>
    public string? Topology { get; init; }

    /// <summary>Versions of the desired state document understood; none by a stock agent, for which the controller renders.</summary>
    public required ValueList<int> SchemaVersions { get; init; }

    /// <summary>Listener protocols that can be served here.</summary>
    public required ValueList<string> ListenerProtocols { get; init; }

    /// <summary>The largest document, in bytes; null: not told.</summary>
    public int? MaxDocumentBytes { get; init; }
}
