// The servers of one backend, and what of its lines decides on how they may change.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>A backend of a configuration that HAProxy runs.</summary>
/// <param name="Name"><c>&lt;pool&gt;:&lt;listener&gt;</c> (B1).</param>
/// <param name="Balance">The word behind <c>balance</c>; empty: HAProxy's default, roundrobin.</param>
/// <param name="HasCookie">True when a line <c>cookie</c> binds clients to a word of the server's line, which cannot be set while it runs.</param>
/// <param name="Slots">Its server lines, in order.</param>
internal sealed record SlottedBackend(string Name, string Balance, bool HasCookie, ValueList<Slot> Slots)
{
    /// <summary>True when weights can be set while it runs: static algorithms calculate their map once (manual, <c>balance</c>).</summary>
    public bool HasDynamicWeights => Balance is "" or "roundrobin" or "leastconn";

    /// <summary>True when a member may come in under a server that was there before.</summary>
    public bool CanHaveSpares => HasDynamicWeights && !HasCookie && Slots.Count > 0;
}
