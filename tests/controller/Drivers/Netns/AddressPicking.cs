// Which addresses of a subnet are given, and which never.
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Xunit;

namespace Amphora.Controller.Tests.Drivers.Netns;

public sealed class AddressPicking
{
    [Theory]
    [InlineData("192.0.2.0/29", "192.0.2.1", 5)]
    [InlineData("192.0.2.0/29", null, 6)]
    [InlineData("192.0.2.0/31", null, 2)]
    [InlineData("192.0.2.7/32", null, 1)]
    [InlineData("2001:db8::/125", "2001:db8::1", 6)]
    [InlineData("2001:db8::/127", null, 2)]
    public void A_subnet_gives_every_address_but_its_own_the_broadcast_and_the_gateway(string cidr, string? gateway, int count)
    {
        var subnet = NewSubnet(cidr, gateway);
        var used = new HashSet<IPAddress>();

        for (var i = 0; i < count; i++)
        {
            Assert.True(used.Add(AddressPicker.Pick(subnet, null, used)));
        }

        var full = Assert.Throws<DriverException>(() => AddressPicker.Pick(subnet, null, used));
        Assert.Equal(DriverErrorKind.Exhausted, full.Kind);
        Assert.DoesNotContain(used, address => address.ToString() == gateway);
        Assert.All(used, address => Assert.True(subnet.Cidr.Contains(address)));
    }

    [Theory]
    [InlineData("192.0.2.0", DriverErrorKind.NotFound)]
    [InlineData("192.0.2.255", DriverErrorKind.NotFound)]
    [InlineData("192.0.3.5", DriverErrorKind.NotFound)]
    [InlineData("2001:db8::5", DriverErrorKind.NotFound)]
    [InlineData("192.0.2.1", DriverErrorKind.Conflict)]
    [InlineData("192.0.2.9", DriverErrorKind.Conflict)]
    public void A_wanted_address_that_is_not_to_be_had_is_refused_by_its_reason(string wanted, object kind)
    {
        var subnet = NewSubnet("192.0.2.0/24", "192.0.2.1");

        var refusal = Assert.Throws<DriverException>(() => AddressPicker.Pick(subnet, IPAddress.Parse(wanted), new HashSet<IPAddress> { IPAddress.Parse("192.0.2.9") }));

        Assert.Equal((DriverErrorKind)kind, refusal.Kind);
    }

    [Fact]
    public void A_wanted_address_that_is_free_is_given() =>
        Assert.Equal("192.0.2.77", AddressPicker.Pick(NewSubnet("192.0.2.0/24", null), IPAddress.Parse("192.0.2.77"), new HashSet<IPAddress>()).ToString());

    [Fact]
    public void Parts_of_a_range_follow_one_another_and_begin_again()
    {
        Assert.True(Cidr.TryParse("100.64.0.0/10", out var range));

        Assert.Equal("100.64.0.0/22", AddressPicker.Part(range.Value, 22, 0).ToString());
        Assert.Equal("100.64.4.0/22", AddressPicker.Part(range.Value, 22, 1).ToString());
        Assert.Equal("100.127.252.0/22", AddressPicker.Part(range.Value, 22, 4095).ToString());
        Assert.Equal("100.64.0.0/22", AddressPicker.Part(range.Value, 22, 4096).ToString());
    }

    private static Subnet NewSubnet(string cidr, string? gateway)
    {
        Assert.True(Cidr.TryParse(cidr, out var range));
        return new Subnet { Id = Guid.NewGuid(), NetworkId = Guid.NewGuid(), Name = "test", Cidr = range.Value, GatewayIp = gateway is null ? null : IPAddress.Parse(gateway) };
    }
}
