// config-rendering.md N1–N4: the packet filter of SR-IOV VIPs.
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class NftablesRows
{
    [Fact]
    public void N1_only_SR_IOV_VIPs_are_filtered_in_the_amphora()
    {
        Assert.Null(Documents.Http().Files().Nftables);

        Assert.StartsWith(
            "table inet amphora_table {}\ndelete table inet amphora_table\ntable inet amphora_table {\n", Direct().Files().Nftables, StringComparison.Ordinal);
    }

    [Fact]
    public void N2_the_base_lines_are_in_order()
    {
        string[] expected =
        [
            "type filter hook input priority filter; policy drop;", "ct state established,related accept", "ct state invalid drop", "iif lo accept",
            "icmp type destination-unreachable accept",
            "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, packet-too-big, destination-unreachable } accept",
            "udp sport 67 udp dport 68 accept", "udp sport 547 udp dport 546 accept", "ip saddr 127.0.0.0/8 drop", "ip6 saddr ::1 drop",
            "iifname \"eth1\" goto amphora_vip_chain",
        ];

        Assert.Equal(expected, Chain(Direct(), "amphora_chain"));
    }

    [Fact]
    public void N3_each_port_is_open_to_its_networks()
    {
        var document = Direct()
            .Listener(l => l with { AllowedCidrs = [Documents.Net("192.0.2.0/24"), Documents.Net("2001:db8::/32")] })
            .AddListener(Extra(ListenerProtocol.Udp, 53))
            .AddListener(Extra(ListenerProtocol.Sctp, 3868) with { AllowedCidrs = [Documents.Net("0.0.0.0/0")] })
            .AddListener(Extra(ListenerProtocol.Tcp, 25) with { AdminStateUp = false });

        Assert.Equal(
            ["ip saddr 192.0.2.0/24 tcp dport 80 accept", "ip6 saddr 2001:db8::/32 tcp dport 80 accept", "udp dport 53 accept", "sctp dport 3868 accept"],
            Chain(document, "amphora_vip_chain"));
    }

    [Fact]
    public void N4_VRRP_of_the_other_amphora_is_let_in()
    {
        Assert.Equal(["tcp dport 80 accept", "ip saddr 203.0.113.12/32 meta l4proto 112 accept"], Chain(Direct().ActiveStandby(), "amphora_vip_chain"));

        Assert.Equal(["tcp dport 80 accept"], Chain(Direct(), "amphora_vip_chain"));
    }

    [Fact]
    public async Task N1_to_N4_nft_takes_the_rules()
    {
        var document = Direct().DualStack().ActiveStandby()
            .Listener(l => l with { AllowedCidrs = [Documents.Net("192.0.2.0/24"), Documents.Net("::/0")] })
            .AddListener(Extra(ListenerProtocol.Sctp, 3868));

        var result = await RealPrograms.InNamespace("nft -f -", document.Files().Nftables!, TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), result);
    }

    private static DesiredStateDocument Direct() => Documents.Http().LoadBalancer(b => b with { VipVnicType = VipVnicType.Direct });

    private static Listener Extra(ListenerProtocol protocol, int port) => new() { Id = Guid.NewGuid(), Protocol = protocol, ProtocolPort = port };

    private static string[] Chain(DesiredStateDocument document, string name)
    {
        var lines = document.Files().Nftables!.Split('\n').Select(line => line.Trim());
        return [.. lines.SkipWhile(line => line != $"chain {name} {{").Skip(1).TakeWhile(line => line != "}")];
    }
}
