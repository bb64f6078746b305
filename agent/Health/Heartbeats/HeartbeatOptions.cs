// What heartbeats need to know; live, asked anew for every round.
using Amphora.Contract;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>Options of section health_manager, and whose heartbeats these are.</summary>
internal sealed record HeartbeatOptions
{
    /// <summary>[amphora_agent] amphora_id; null: nobody would know whom a heartbeat is from, none is sent.</summary>
    public required string? AmphoraId { get; init; }

    /// <summary>heartbeat_key; <c>None</c> when it is not set, as upstream signs then.</summary>
    public required string Key { get; init; }

    /// <summary>heartbeat_interval.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>controller_ip_port_list, as written; empty: nothing is sent.</summary>
    public required ValueList<string> Controllers { get; init; }

    /// <summary>base_path.</summary>
    public required string BasePath { get; init; }

    /// <summary>True when there is something to send and somebody to send it to.</summary>
    public bool IsWanted => AmphoraId is not null && Controllers.Count > 0;
}
