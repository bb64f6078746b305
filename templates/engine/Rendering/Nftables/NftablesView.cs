// The model of nftables.sbn: config-rendering N1–N4.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering.Keepalived;

namespace Amphora.Templates.Rendering.Nftables;

/// <summary>The packet filter of an SR-IOV VIP port.</summary>
internal sealed record NftablesView : View
{
    private const string DefaultInterface = "eth1";

    public required string Interface { get; init; }

    public required ValueList<PortRuleView> Ports { get; init; }

    /// <summary>Other amphorae, whose VRRP is let in.</summary>
    public required ValueList<AddressMatchView> VrrpPeers { get; init; }

    /// <summary>The model, or null when security groups do the filtering (N1).</summary>
    public static NftablesView? Of(ViewContext context) => context.LoadBalancer.VipVnicType != VipVnicType.Direct ? null : new NftablesView
    {
        // V12 gives ACTIVE_STANDBY amphorae an interface; others have the name that plugging gives the VIP port.
        Interface = context.Document.OwnAmphora.VrrpInterface ?? DefaultInterface,
        Pointer = $"/amphorae/{context.Document.Amphorae.TakeWhile(amphora => amphora.Id != context.Document.AmphoraId).Count()}",
        Ports = context.LoadBalancer.IsShown()
            ? context.LoadBalancer.Listeners.Where(listener => listener.IsShown()).SelectMany(Rules).ToValueList() : [],
        VrrpPeers = context.IsActiveStandby ? VrrpViews.OtherAddresses(context.Document).Select(Peer).ToValueList() : [],
    };

    public override string? PathOf(string name) => name == "interface" ? $"{Pointer}/vrrp_interface" : null;

    protected override object? Member(string name) => name switch
    {
        "interface" => Interface,
        "ports" => Ports,
        "vrrp_peers" => VrrpPeers,
        _ => Unknown,
    };

    // N3: without CIDRs, or with all of IPv4, everybody may come.
    private static IEnumerable<PortRuleView> Rules(Listener listener)
    {
        var rule = new PortRuleView { Protocol = Protocol(listener.Protocol), Port = listener.ProtocolPort };
        var everybody = listener.AllowedCidrs.Count == 0
            || listener.AllowedCidrs.Exists(cidr => cidr.PrefixLength == 0 && !cidr.Address.IsV6());
        return everybody
            ? [rule]
            : listener.AllowedCidrs.ConvertAll(cidr => rule with { Source = new AddressMatchView { Family = Family(cidr.Address), Network = cidr.ToString() } });
    }

    private static AddressMatchView Peer(IPAddress address) => new() { Family = Family(address), Network = address.AsHost() };

    private static string Family(IPAddress address) => address.IsV6() ? "ip6" : "ip";

    private static string Protocol(ListenerProtocol protocol) => protocol switch
    {
        ListenerProtocol.Udp => "udp",
        ListenerProtocol.Sctp => "sctp",
        _ => "tcp",
    };
}

/// <summary>A listener's port, open to everybody or to one network.</summary>
internal sealed record PortRuleView : View
{
    public AddressMatchView? Source { get; init; }

    public required string Protocol { get; init; }

    public required long Port { get; init; }

    protected override object? Member(string name) => name switch
    {
        "source" => Source,
        "protocol" => Protocol,
        "port" => Port,
        _ => Unknown,
    };
}

/// <summary>A network of one family.</summary>
internal sealed record AddressMatchView : View
{
    /// <summary><c>ip</c> or <c>ip6</c>.</summary>
    public required string Family { get; init; }

    public required string Network { get; init; }

    protected override object? Member(string name) => name switch
    {
        "family" => Family,
        "network" => Network,
        _ => Unknown,
    };
}
