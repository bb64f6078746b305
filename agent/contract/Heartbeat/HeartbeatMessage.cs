// One heartbeat as an amphora sends it: message version 3 (heartbeat.md §3), with what we add to it.
namespace Amphora.Contract.Heartbeat;

/// <summary>What runs on an amphora, told every few seconds.</summary>
public sealed record HeartbeatMessage
{
    /// <summary>The version every agent since Octavia 7 sends: counters of <see cref="HeartbeatListener.Stats"/> are deltas.</summary>
    public const int Version = 3;

    /// <summary>id: the amphora.</summary>
    public required string AmphoraId { get; init; }

    /// <summary>seq: 0 for the first message of a process, one more for each further one.</summary>
    public required long Sequence { get; init; }

    /// <summary>listeners: every enabled one, each once.</summary>
    public required ValueList<HeartbeatListener> Listeners { get; init; }

    /// <summary>pools: as each listener uses them.</summary>
    public required ValueList<HeartbeatPool> Pools { get; init; }

    /// <summary>Beyond upstream: who sent it and when; null in a message of upstream's agent.</summary>
    public HeartbeatOrigin? Origin { get; init; }
}

/// <summary>Beyond upstream, for receivers that refuse replays: <c>boot_id</c>, <c>started</c>, <c>time</c>.</summary>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Started">When the agent's process began, in milliseconds since 1970.</param>
/// <param name="Time">When the message was made, in milliseconds since 1970.</param>
public sealed record HeartbeatOrigin(string BootId, long Started, long Time);

/// <summary>A listener.</summary>
/// <param name="Id">The listener.</param>
/// <param name="Status">HAProxy's word for its frontend, as <c>OPEN</c>; always <c>OPEN</c> for UDP and SCTP.</param>
/// <param name="Stats">stats: what was counted since the message before; connections that are open are not a difference.</param>
/// <param name="Total">Beyond upstream, <c>total</c>: all that was ever counted, across reloads and restarts, so that a lost message
/// loses nothing; null when left out.</param>
public sealed record HeartbeatListener(string Id, string Status, HeartbeatStats Stats, HeartbeatStats? Total);

/// <summary>Figures of a listener.</summary>
/// <param name="BytesOut">tx: to clients.</param>
/// <param name="BytesIn">rx: from clients.</param>
/// <param name="Connections">conns: open now.</param>
/// <param name="TotalConnections">totconns.</param>
/// <param name="RequestErrors">ereq.</param>
public sealed record HeartbeatStats(long BytesOut, long BytesIn, long Connections, long TotalConnections, long RequestErrors);

/// <summary>A pool as one listener uses it.</summary>
/// <param name="Key"><c>&lt;pool&gt;:&lt;listener&gt;</c>; of UDP and SCTP the pool alone.</param>
/// <param name="Status"><c>UP</c> or <c>DOWN</c>.</param>
/// <param name="Members">Its members.</param>
public sealed record HeartbeatPool(string Key, string Status, ValueList<HeartbeatMember> Members);

/// <summary>A member.</summary>
/// <param name="Id">The member.</param>
/// <param name="Status">As <c>UP</c>, <c>UP 1/3</c>, <c>DOWN</c>, <c>DRAIN</c>, <c>MAINT</c>, <c>no check</c>, <c>RESTARTING</c>.</param>
public sealed record HeartbeatMember(string Id, string Status);
