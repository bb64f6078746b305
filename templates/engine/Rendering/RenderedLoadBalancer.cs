// What a document becomes: the text of every file (config-rendering.md).
using Amphora.Contract;

namespace Amphora.Templates.Rendering;

/// <summary>All files of a load balancer, or the faults that forbid them.</summary>
public sealed record RenderedLoadBalancer
{
    /// <summary>haproxy.cfg; null when no listener needs HAProxy.</summary>
    public string? HaproxyConfig { get; init; }

    /// <summary>Own HAProxy peer name (P3, P4).</summary>
    public required string LocalPeer { get; init; }

    /// <summary>keepalived VRRP configuration; null unless ACTIVE_STANDBY (§10).</summary>
    public string? KeepalivedConfig { get; init; }

    /// <summary>keepalived LVS configuration by UDP/SCTP listener (§11).</summary>
    public ValueList<ListenerFile> Lvs { get; init; }

    /// <summary>crt-list by listener (T1).</summary>
    public ValueList<ListenerFile> CrtLists { get; init; }

    /// <summary>nftables rules; null unless the VIP is SR-IOV (N1–N4).</summary>
    public string? Nftables { get; init; }
}

/// <summary>A file that belongs to one listener.</summary>
/// <param name="ListenerId">The listener.</param>
/// <param name="Text">UTF-8 text with LF line ends and a trailing LF.</param>
public sealed record ListenerFile(Guid ListenerId, string Text);

/// <summary>The outcome of rendering.</summary>
/// <param name="Files">The files; null when there are faults.</param>
/// <param name="Faults">Values that cannot be represented safely, with their JSON pointer.</param>
public sealed record RenderResult(RenderedLoadBalancer? Files, ValueList<Fault> Faults);
