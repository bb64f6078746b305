// What is believed of the variables dhclient gives its script.
using Amphora.Agent.Network.Dhcp;
using Xunit;

namespace Amphora.Agent.Tests.Network.Dhcp;

public sealed class DhcpLeaseTests
{
    private readonly Dictionary<string, string> _variables = new()
    {
        ["new_ip_address"] = "10.9.0.100",
        ["new_subnet_mask"] = "255.255.254.0",
        ["new_dhcp_lease_time"] = "120",
        ["new_routers"] = "10.9.0.1 10.9.0.2",
    };

    [Fact]
    public void Address_mask_time_and_the_first_router_are_taken()
    {
        var lease = Read();

        Assert.Equal(("10.9.0.100", 23, TimeSpan.FromMinutes(2)), ($"{lease.Address}", lease.PrefixLength, lease.Lifetime));
        Assert.Equal(["0.0.0.0/0 via 10.9.0.1 onlink"], lease.Routes.Select(route => $"{route}"));
    }

    [Fact]
    public void Classless_routes_stand_for_the_router()
    {
        _variables["new_rfc3442_classless_static_routes"] = "16 10 20 10 9 0 3 0 10 9 0 4 24 192 0 2 0 0 0 0 32 198 51 100 7 10 9 0 5";

        Assert.Equal(
            ["10.20.0.0/16 via 10.9.0.3 onlink", "0.0.0.0/0 via 10.9.0.4 onlink", "192.0.2.0/24 scope link", "198.51.100.7/32 via 10.9.0.5 onlink"],
            Read().Routes.Select(route => $"{route}"));
    }

    [Fact]
    public void A_lease_for_ever_ends_so_that_it_does_not_look_like_an_administrators_address()
    {
        _variables["new_dhcp_lease_time"] = "4294967295";

        Assert.Equal(TimeSpan.FromDays(3650), Read().Lifetime);
    }

    [Theory]
    [InlineData("new_ip_address", "")]
    [InlineData("new_ip_address", "fd00::1")]
    [InlineData("new_ip_address", "10.9.0.100; reboot")]
    [InlineData("new_subnet_mask", "255.0.255.0")]
    [InlineData("new_subnet_mask", "0.0.0.0")]
    [InlineData("new_dhcp_lease_time", "0")]
    [InlineData("new_dhcp_lease_time", "-1")]
    [InlineData("new_routers", "router")]
    [InlineData("new_rfc3442_classless_static_routes", "33 10 0 0 0 0 10 9 0 1")]
    [InlineData("new_rfc3442_classless_static_routes", "16 10 20 10 9 0")]
    [InlineData("new_rfc3442_classless_static_routes", "8 300 10 9 0 1")]
    [InlineData("new_rfc3442_classless_static_routes", "12 10 255 10 9 0 1")]
    public void What_is_no_lease_is_refused_by_name(string variable, string value)
    {
        _variables[variable] = value;

        var exception = Assert.Throws<FormatException>(Read);

        Assert.StartsWith($"{variable} is '{value}'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new_ip_address")]
    [InlineData("new_subnet_mask")]
    [InlineData("new_dhcp_lease_time")]
    public void A_lease_without_one_of_them_is_none(string variable)
    {
        _variables.Remove(variable);

        Assert.StartsWith(variable, Assert.Throws<FormatException>(Read).Message, StringComparison.Ordinal);
    }

    private DhcpLease Read() => DhcpLease.Read(_variables.GetValueOrDefault);
}
