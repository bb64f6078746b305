// Plans as people see them.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Linux.Netlink;
using Xunit;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Tests.Network;

public sealed class NetworkPlannerTests
{
    private static readonly InterfaceRunning s_bare = new()
    {
        Link = new Link { Index = 2, Name = "eth1", Address = PhysicalAddress.Parse("fa:16:3e:00:00:01"), Mtu = 1500, IsUp = false },
        Addresses = [],
        Routes = [],
        Rules = [],
    };

    [Fact]
    public void A_bare_link_gets_everything_in_order() => Check(s_bare, Wanted(Ports.Vip), """
        set mtu 1450
        set link up
        add address 10.0.0.7/24
        add address 10.0.0.5/32
        add route 10.0.0.0/24 scope link
        add route 10.0.0.0/24 src 10.0.0.5 scope link table 1
        add route 0.0.0.0/0 via 10.0.0.1 onlink
        add route 0.0.0.0/0 via 10.0.0.1 onlink table 1
        add route 198.51.100.0/24 via 10.0.0.9 onlink
        add route 198.51.100.0/24 via 10.0.0.9 onlink table 1
        add rule from 10.0.0.5/32 lookup 1 priority 32000
        """);

    [Fact]
    public void IPv6_addresses_are_waited_for_before_the_routes() => Check(
        s_bare with { Link = s_bare.Link with { IsUp = true } },
        Wanted("""{"type": "vip", "vrrp_ip": "fd00::7", "vips": [{"ip_address": "fd00::5", "subnet_cidr": "fd00::/64"}]}"""), """
        add address fd00::7/64
        add address fd00::5/128
        wait for duplicate address detection
        add route fd00::/64 scope link
        add route fd00::/64 src fd00::5 scope link table 1
        add rule from fd00::5/128 lookup 1 priority 32000
        """);

    [Fact]
    public void Running_as_wanted_is_an_empty_plan()
    {
        var wanted = Wanted(Ports.DualStack);
        var running = s_bare with { Link = s_bare.Link with { IsUp = true }, Addresses = wanted.Addresses, Routes = wanted.Routes, Rules = wanted.Rules!.Value };

        var plan = NetworkPlanner.Plan(running, wanted);

        Assert.True(plan.IsEmpty, plan.ToString());
    }

    [Fact]
    public void What_others_brought_is_left_alone()
    {
        var running = s_bare with
        {
            Link = s_bare.Link with { IsUp = true },
            Addresses = [Address("10.9.0.1", 24) with { IsPermanent = false }, Address("fe80::1", 64)],
            Routes =
            [
                new Route { Destination = IPNetwork.Parse("10.9.0.0/24"), Protocol = RouteProtocol.Kernel },
                new Route { Destination = IPNetwork.Parse("10.8.0.0/24"), Protocol = RouteProtocol.Keepalived, Table = 1 },
            ],
            Rules = [Rule("10.0.0.5/32") with { Protocol = RouteProtocol.Keepalived, Priority = 100 }],
        };

        var plan = NetworkPlanner.Plan(running, new InterfaceWanted { Rules = ValueList<Rule>.Empty });

        Assert.True(plan.IsEmpty, plan.ToString());
    }

    [Fact]
    public void A_member_interface_does_not_touch_rules()
    {
        var running = s_bare with { Link = s_bare.Link with { IsUp = true }, Rules = [Rule("10.0.0.5/32")] };

        var plan = NetworkPlanner.Plan(running, Wanted("""{"type": "member", "fixed_ips": [{"ip_address": "10.1.0.7", "subnet_cidr": "10.1.0.0/24"}]}"""));

        Assert.Equal("add address 10.1.0.7/24", plan.ToString());
    }

    [Fact]
    public void Another_prefix_length_of_an_address_goes_before_it_comes() => Check(
        s_bare with { Link = s_bare.Link with { IsUp = true }, Addresses = [Address("fd00::7", 48), Address("fd00::8", 64)] },
        new InterfaceWanted { Addresses = [Address("fd00::7", 64)] }, """
        delete address fd00::7/48
        add address fd00::7/64
        delete address fd00::8/64
        wait for duplicate address detection
        """);

    [Fact]
    public void The_kernels_route_to_a_connected_network_is_enough()
    {
        var running = s_bare with
        {
            Link = s_bare.Link with { IsUp = true },
            Routes = [new Route { Destination = IPNetwork.Parse("10.0.0.0/24"), Protocol = RouteProtocol.Kernel, PreferredSource = IPAddress.Parse("10.0.0.7") }],
        };

        var plan = NetworkPlanner.Plan(running, new InterfaceWanted { Routes = [new Route { Destination = IPNetwork.Parse("10.0.0.0/24") }] });

        Assert.True(plan.IsEmpty, plan.ToString());
    }

    [Fact]
    public void Removal_goes_the_other_way_round()
    {
        var wanted = Wanted(Ports.Member);
        var running = s_bare with { Link = s_bare.Link with { IsUp = true }, Addresses = wanted.Addresses, Routes = wanted.Routes, Rules = [Rule("10.0.0.5/32")] };

        var plan = NetworkPlanner.PlanRemoval(running, ValueList<Rule>.Empty);

        Assert.Equal(
            "delete rule from 10.0.0.5/32 lookup 1 priority 32000\ndelete route 10.2.0.0/16 via 10.1.0.1 onlink\n"
            + "delete address 10.1.0.7/24\nset link down",
            plan.ToString());
    }

    private static InterfaceWanted Wanted(string document) =>
        InterfaceWanted.From(InterfaceFileRenderer.Render(Ports.Read(document), "eth1", Topology.Single), []);

    private static InterfaceAddress Address(string address, int prefixLength) =>
        new() { LinkIndex = 0, Address = IPAddress.Parse(address), PrefixLength = prefixLength };

    private static Rule Rule(string source) =>
        new() { Family = AddressFamily.InterNetwork, Source = IPNetwork.Parse(source), Table = 1, Priority = 32000 };

    private static void Check(InterfaceRunning running, InterfaceWanted wanted, string expected) =>
        Assert.Equal(expected, NetworkPlanner.Plan(running, wanted).ToString());
}
