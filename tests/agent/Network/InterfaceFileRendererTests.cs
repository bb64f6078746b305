// Interface files in exactly the shape of Octavia's agent (appliance-layout §5).
using System.Text.Json;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class InterfaceFileRendererTests
{
    [Fact]
    public void A_VIP_port_in_SINGLE_topology() => Check(Ports.Vip, Topology.Single, """
        {"name": "eth1", "if_type": "vip",
         "addresses": [{"address": "10.0.0.7", "prefixlen": 24}, {"address": "10.0.0.5", "prefixlen": 32, "octavia_owned": true}],
         "routes": [
           {"dst": "0.0.0.0/0", "gateway": "10.0.0.1", "flags": ["onlink"]},
           {"dst": "0.0.0.0/0", "gateway": "10.0.0.1", "flags": ["onlink"], "table": 1},
           {"dst": "10.0.0.0/24", "scope": "link"},
           {"dst": "10.0.0.0/24", "scope": "link", "prefsrc": "10.0.0.5", "table": 1},
           {"dst": "198.51.100.0/24", "gateway": "10.0.0.9", "flags": ["onlink"]},
           {"dst": "198.51.100.0/24", "gateway": "10.0.0.9", "flags": ["onlink"], "table": 1}],
         "rules": [{"src": "10.0.0.5", "src_len": 32, "table": 1}],
         "scripts": {"up": [{"command": "/usr/local/bin/lvs-masquerade.sh add ipv4 eth1"}],
                     "down": [{"command": "/usr/local/bin/lvs-masquerade.sh delete ipv4 eth1"}]},
         "is_sriov": false, "mtu": 1450}
        """);

    [Fact]
    public void A_VIP_port_in_ACTIVE_STANDBY_topology() => Check(Ports.Vip, Topology.ActiveStandby, """
        {"name": "eth1", "if_type": "vip",
         "addresses": [{"address": "10.0.0.7", "prefixlen": 24}, {"address": "10.0.0.5", "prefixlen": 32, "octavia_owned": false}],
         "routes": [
           {"dst": "0.0.0.0/0", "gateway": "10.0.0.1", "flags": ["onlink"]},
           {"dst": "10.0.0.0/24", "scope": "link"},
           {"dst": "198.51.100.0/24", "gateway": "10.0.0.9", "flags": ["onlink"]},
           {"dst": "198.51.100.0/24", "gateway": "10.0.0.9", "flags": ["onlink"], "table": 1}],
         "rules": [],
         "scripts": {"up": [{"command": "/usr/local/bin/lvs-masquerade.sh add ipv4 eth1"}],
                     "down": [{"command": "/usr/local/bin/lvs-masquerade.sh delete ipv4 eth1"}]},
         "is_sriov": false, "mtu": 1450}
        """);

    [Fact]
    public void IPv6_VIPs_stand_with_all_their_digits() => Check("""
        {"type": "vip", "is_sriov": true, "vips": [{"ip_address": "fd00:10::5", "subnet_cidr": "fd00:10::/64"}]}
        """, Topology.Single, """
        {"name": "eth1", "if_type": "vip",
         "addresses": [{"ipv6auto": true},
           {"address": "fd00:0010:0000:0000:0000:0000:0000:0005", "prefixlen": 128, "octavia_owned": true}],
         "routes": [
           {"dst": "fd00:0010:0000:0000:0000:0000:0000:0000/64", "scope": "link"},
           {"dst": "fd00:0010:0000:0000:0000:0000:0000:0000/64", "scope": "link",
            "prefsrc": "fd00:0010:0000:0000:0000:0000:0000:0005", "table": 1}],
         "rules": [{"src": "fd00:0010:0000:0000:0000:0000:0000:0005", "src_len": 128, "table": 1}],
         "scripts": {"up": [{"command": "/usr/local/bin/lvs-masquerade.sh add ipv6 eth1 sriov"}],
                     "down": [{"command": "/usr/local/bin/lvs-masquerade.sh delete ipv6 eth1 sriov"}]},
         "is_sriov": true}
        """);

    [Fact]
    public void A_member_port() => Check(Ports.Member, Topology.Single, """
        {"name": "eth1", "if_type": "backend",
         "addresses": [{"address": "10.1.0.7", "prefixlen": 24}],
         "routes": [{"dst": "10.2.0.0/16", "gateway": "10.1.0.1", "flags": ["onlink"]}],
         "rules": [],
         "scripts": {"up": [{"command": "/usr/local/bin/lvs-masquerade.sh add ipv4 eth1"}],
                     "down": [{"command": "/usr/local/bin/lvs-masquerade.sh delete ipv4 eth1"}]},
         "is_sriov": false}
        """);

    [Fact]
    public void A_member_port_without_addresses_asks_the_network() => Check("""{"type": "member"}""", Topology.Single, """
        {"name": "eth1", "if_type": "backend",
         "addresses": [{"dhcp": true, "ipv6auto": true}], "routes": [], "rules": [],
         "scripts": {"up": [{"command": "/usr/local/bin/lvs-masquerade.sh add ipv4 eth1"}, {"command": "/usr/local/bin/lvs-masquerade.sh add ipv6 eth1"}],
                     "down": [{"command": "/usr/local/bin/lvs-masquerade.sh delete ipv4 eth1"}, {"command": "/usr/local/bin/lvs-masquerade.sh delete ipv6 eth1"}]},
         "is_sriov": false}
        """);

    private static void Check(string document, Topology topology, string expected)
    {
        var file = InterfaceFileRenderer.Render(Ports.Read(document), "eth1", topology);

        var json = JsonSerializer.Serialize(file, InterfaceFileJson.Default.InterfaceFile);
        Assert.Equal(Canonical(expected), Canonical(json));
    }

    private static string Canonical(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);
}
