// Links, addresses, routes and rules, compared with what ip(8) says.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Amphora.Fixtures.Networks;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Linux.Tests.Netlink;

public sealed class RouteNetlinkTests : IDisposable
{
    private readonly TestNamespace _namespace = new("rtnl");
    private readonly RouteNetlink _netlink;
    private readonly Link _link;

    public RouteNetlinkTests()
    {
        _netlink = _namespace.OpenNetlink();
        _netlink.AddVethPair("left", "right");
        _netlink.SetUp(_netlink.FindLink("left")!, up: true);
        _netlink.SetUp(_netlink.FindLink("right")!, up: true);
        _link = _netlink.FindLink("left")!;
    }

    public void Dispose()
    {
        _netlink.Dispose();
        _namespace.Dispose();
    }

    [Fact]
    public void Links_are_as_ip_shows_them()
    {
        var links = _netlink.ReadLinks();

        var expected = Ip("link").Select(link => (link.GetProperty("ifindex").GetInt32(), link.GetProperty("ifname").GetString()!, link.GetProperty("mtu").GetInt32()));
        Assert.Equal(expected, links.Select(link => (link.Index, link.Name, link.Mtu)));
        Assert.Equal(Ip("link", "show", "left")[0].GetProperty("address").GetString()!.Replace(":", "", StringComparison.Ordinal), _link.Address.ToString().ToLowerInvariant());
    }

    [Fact]
    public void A_link_is_found_by_MAC_address_and_by_name()
    {
        _netlink.SetAddress(_link, PhysicalAddress.Parse("fa:16:3e:00:00:01"));

        var found = _netlink.FindLink(PhysicalAddress.Parse("FA-16-3E-00-00-01"));

        Assert.Equal("left", found?.Name);
        Assert.Equal(found, _netlink.FindLink("left"));
        Assert.Null(_netlink.FindLink("nothing"));
        Assert.Null(_netlink.FindLink(PhysicalAddress.Parse("fa:16:3e:00:00:02")));
    }

    [Fact]
    public void A_moved_link_arrives_under_its_new_name_and_down()
    {
        using var other = new TestNamespace("other");
        using var target = NetworkNamespace.Open(other.Name);

        _netlink.MoveLink(_link, target, "eth1");

        using var inside = other.OpenNetlink();
        var arrived = inside.FindLink("eth1");
        Assert.Equal(_link.Address, arrived?.Address);
        Assert.False(arrived!.IsUp);
        Assert.Null(_netlink.FindLink("left"));
    }

    [Fact]
    public void A_link_cannot_move_under_a_name_that_is_taken()
    {
        using var other = new TestNamespace("other");
        using var target = NetworkNamespace.Open(other.Name);

        var exception = Assert.Throws<NetlinkException>(() => _netlink.MoveLink(_link, target, "lo"));

        Assert.Equal(Libc.EEXIST, exception.Errno);
    }

    [Fact]
    public void Mtu_name_and_state_of_a_link_change()
    {
        _netlink.SetUp(_link, up: false);
        _netlink.RenameLink(_link, "eth7");
        _netlink.SetMtu(_link, 1400);

        var link = _netlink.FindLink("eth7")!;
        Assert.Equal((1400, false), (link.Mtu, link.IsUp));
        Assert.Equal(1400, Ip("link", "show", "eth7")[0].GetProperty("mtu").GetInt32());
    }

    [Fact]
    public void The_kernels_own_words_are_in_the_exception()
    {
        var exception = Assert.Throws<NetlinkException>(() => _netlink.SetMtu(_link, 70000));

        Assert.Equal(Libc.EINVAL, exception.Errno);
        Assert.Equal("mtu greater than device maximum", exception.Detail);
        Assert.StartsWith("set mtu 70000 on left", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.5", 24)]
    [InlineData("192.0.2.6", 32)]
    [InlineData("fd00::5", 64)]
    public void An_address_is_added_and_deleted(string text, int prefixLength)
    {
        var address = Address(text, prefixLength) with { SkipDuplicateDetection = text.Contains(':', StringComparison.Ordinal) };

        _netlink.AddAddress(address);
        _netlink.AddAddress(address);

        Assert.Contains(address, _netlink.ReadAddresses(_link));
        Assert.Contains((text, prefixLength), IpAddresses());
        _netlink.DeleteAddress(address);
        _netlink.DeleteAddress(address);
        Assert.DoesNotContain((text, prefixLength), IpAddresses());
    }

    [Fact]
    public void A_new_IPv6_address_is_tentative_unless_detection_is_skipped()
    {
        _netlink.AddAddress(Address("fd00::1", 64));
        _netlink.AddAddress(Address("fd00::2", 64) with { SkipDuplicateDetection = true });

        var addresses = _netlink.ReadAddresses(_link);

        Assert.True(Find("fd00::1").IsTentative);
        Assert.False(Find("fd00::2").IsTentative);
        Assert.True(Find("fd00::1").IsPermanent);
        InterfaceAddress Find(string text) => addresses.Single(address => address.Address.Equals(IPAddress.Parse(text)));
    }

    [Fact]
    public void Only_the_addresses_of_the_link_asked_for_are_read()
    {
        _netlink.AddAddress(Address("192.0.2.5", 24));
        _netlink.AddAddress(Address("198.51.100.5", 24) with { LinkIndex = _netlink.FindLink("right")!.Index });

        var addresses = _netlink.ReadAddresses(_link);

        Assert.All(addresses, address => Assert.Equal(_link.Index, address.LinkIndex));
        Assert.Contains(addresses, address => address.ToString() == "192.0.2.5/24");
        Assert.Equal(2, _netlink.ReadAddresses().Count(address => address.Address.AddressFamily == AddressFamily.InterNetwork));
    }

    public static TheoryData<string, string?, string?, uint, bool> Routes => new()
    {
        { "198.51.100.0/24", null, null, 254, false },
        { "198.51.100.0/24", null, "192.0.2.5", 1, false },
        { "0.0.0.0/0", "192.0.2.1", null, 254, false },
        { "0.0.0.0/0", "203.0.113.1", null, 1, true },
        { "203.0.113.0/28", "192.0.2.9", null, 1000, false },
        { "fd01::/64", null, null, 254, false },
        { "fd01::/64", null, "fd00::5", 1, false },
        { "::/0", "fd00::1", null, 1, true },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public void A_route_is_added_and_deleted(string destination, string? gateway, string? source, uint table, bool onLink)
    {
        _netlink.AddAddress(Address("192.0.2.5", 24));
        _netlink.AddAddress(Address("fd00::5", 64) with { SkipDuplicateDetection = true });
        var route = new Route
        {
            Destination = IPNetwork.Parse(destination),
            LinkIndex = _link.Index,
            Gateway = gateway is null ? null : IPAddress.Parse(gateway),
            PreferredSource = source is null ? null : IPAddress.Parse(source),
            Table = table,
            OnLink = onLink,
        };

        Assert.True(_netlink.AddRoute(route));
        Assert.False(_netlink.AddRoute(route));

        Assert.Contains(route, _netlink.ReadRoutes().Select(found => found with { Metric = 0 }));
        var shown = Assert.Single(IpRoutes(route), shown => IsDestination(shown, route.Destination) && Text(shown, "protocol") == "static");
        Assert.Equal((gateway, source, "left"), (Text(shown, "gateway"), Text(shown, "prefsrc"), Text(shown, "dev")));
        _netlink.DeleteRoute(route);
        _netlink.DeleteRoute(route);
        Assert.DoesNotContain(route, _netlink.ReadRoutes().Select(found => found with { Metric = 0 }));
    }

    [Fact]
    public void A_gateway_that_cannot_be_one_is_refused_in_the_kernels_words()
    {
        _netlink.AddAddress(Address("192.0.2.5", 24));

        var exception = Assert.Throws<NetlinkException>(() => _netlink.AddRoute(new Route
        {
            Destination = IPNetwork.Parse("0.0.0.0/0"),
            Gateway = IPAddress.Parse("192.0.2.255"),
            LinkIndex = _link.Index,
            OnLink = true,
        }));

        Assert.Equal((Libc.EINVAL, "Nexthop has invalid gateway"), (exception.Errno, exception.Detail));
    }

    [Theory]
    [InlineData("192.0.2.5/32", 1)]
    [InlineData("fd00::5/128", 1)]
    [InlineData("192.0.2.0/24", 1000)]
    public void A_rule_is_added_and_deleted(string source, uint table)
    {
        var network = IPNetwork.Parse(source);
        var rule = new Rule { Family = network.BaseAddress.AddressFamily, Source = network, Table = table, Priority = 32000 };

        _netlink.AddRule(rule);
        _netlink.AddRule(rule);

        Assert.Contains(rule, _netlink.ReadRules());
        var shown = Assert.Single(Ip(Family(network), "-N", "rule"), shown => Text(shown, "src") == network.BaseAddress.ToString());
        Assert.Equal((table.ToString(), 32000), (Text(shown, "table"), shown.GetProperty("priority").GetInt32()));
        _netlink.DeleteRule(rule);
        _netlink.DeleteRule(rule);
        Assert.DoesNotContain(rule, _netlink.ReadRules());
    }

    [Fact]
    public void The_makers_of_rules_are_told_apart()
    {
        _namespace.Ip("rule", "add", "from", "192.0.2.1", "lookup", "1", "protocol", "keepalived", "priority", "100");

        var rules = _netlink.ReadRules();

        Assert.Contains(rules, rule => rule is { Protocol: RouteProtocol.Keepalived, Priority: 100, Source.PrefixLength: 32 });
        Assert.All(rules.Where(rule => rule.Source is null), rule => Assert.Equal(RouteProtocol.Kernel, rule.Protocol));
    }

    [Fact]
    public void A_thousand_routes_are_read_completely()
    {
        _netlink.AddAddress(Address("192.0.2.5", 24));
        for (var i = 0; i < 1000; i++)
        {
            _netlink.AddRoute(new Route { Destination = new IPNetwork(new IPAddress([10, (byte)(i / 256), (byte)i, 0]), 24), LinkIndex = _link.Index, Table = 7 });
        }

        var routes = _netlink.ReadRoutes();

        Assert.Equal(1000, routes.Count(route => route.Table == 7));
    }

    [Fact]
    public void Reading_is_not_writing()
    {
        var before = _netlink.Writes;

        _netlink.ReadLinks();
        _netlink.ReadRoutes();
        _netlink.ReadRules();
        _netlink.ReadAddresses();

        Assert.Equal(before, _netlink.Writes);
    }

    private InterfaceAddress Address(string address, int prefixLength) =>
        new() { LinkIndex = _link.Index, Address = IPAddress.Parse(address), PrefixLength = prefixLength };

    private List<JsonElement> Ip(params string[] arguments) =>
        [.. JsonDocument.Parse(_namespace.Ip(["-j", .. arguments])).RootElement.EnumerateArray()];

    private IEnumerable<(string, int)> IpAddresses() =>
        Ip("address", "show", "left")[0].GetProperty("addr_info").EnumerateArray()
            .Select(address => (Text(address, "local")!, address.GetProperty("prefixlen").GetInt32()));

    private List<JsonElement> IpRoutes(Route route) =>
        Ip(Family(route.Destination), "-d", "route", "show", "table", route.Table.ToString());

    private static string Family(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? "-4" : "-6";

    private static bool IsDestination(JsonElement shown, IPNetwork network) =>
        Text(shown, "dst") == (network.PrefixLength == 0 ? "default" : network.ToString());

    private static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.ToString() : null;
}
