// Gratuitous ARP and unsolicited neighbour advertisements, as the other end of a cable receives them.
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Linux.Announcements;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Linux.Tests.Announcements;

public sealed class AddressAnnouncerTests : IDisposable
{
    private readonly TestNamespace _namespace = new("announce");
    private readonly RouteNetlink _netlink;
    private readonly Link _link;

    public AddressAnnouncerTests()
    {
        _netlink = _namespace.OpenNetlink();
        _netlink.AddVethPair("left", "right");
        _netlink.SetAddress(_netlink.FindLink("left")!, PhysicalAddress.Parse("fa:16:3e:00:00:01"));
        _link = _netlink.FindLink("left")!;
    }

    public void Dispose()
    {
        _netlink.Dispose();
        _namespace.Dispose();
    }

    [Fact]
    public async Task An_IPv4_address_is_announced_by_a_gratuitous_ARP_request()
    {
        await BringUpAsync();
        using var capture = new PacketCapture(_namespace.Name);

        await AddressAnnouncer.SendAsync(_namespace.Name, _link, [IPAddress.Parse("192.0.2.5")], TestContext.Current.CancellationToken);

        var frame = await capture.NextAsync(frame => frame[12] == 0x08 && frame[13] == 0x06, TestContext.Current.CancellationToken);
        Assert.Equal(
            "FFFFFFFFFFFF" + "FA163E000001" + "0806" + "0001" + "0800" + "06" + "04" + "0001"
            + "FA163E000001" + "C0000205" + "FFFFFFFFFFFF" + "C0000205",
            Convert.ToHexString(frame));
    }

    [Fact]
    public async Task An_IPv6_address_is_announced_by_an_unsolicited_neighbour_advertisement()
    {
        await BringUpAsync();
        using var capture = new PacketCapture(_namespace.Name);

        await AddressAnnouncer.SendAsync(_namespace.Name, _link, [IPAddress.Parse("fd00::5")], TestContext.Current.CancellationToken);

        var frame = await capture.NextAsync(frame => frame.Length > 54 && frame[54] == 136, TestContext.Current.CancellationToken);
        Assert.Equal(
            "333300000001" + "FA163E000001" + "86DD" + "60000000" + "0020" + "3A" + "FF"
            + "FD000000000000000000000000000005" + "FF020000000000000000000000000001",
            Convert.ToHexString(frame[..54]));
        Assert.Equal("8800", Convert.ToHexString(frame[54..56]));
        Assert.Equal("A0000000" + "FD000000000000000000000000000005" + "0201" + "FA163E000001", Convert.ToHexString(frame[58..]));
        Assert.Equal(0xffff, OnesComplementSum(frame));
    }

    [Fact]
    public async Task A_neighbour_takes_the_announced_address_over()
    {
        await BringUpAsync();
        using var other = new TestNamespace("neighbour");
        _namespace.Ip("link", "set", "right", "netns", other.Name);
        other.Ip("address", "add", "192.0.2.1/24", "dev", "right");
        other.Ip("neighbour", "add", "192.0.2.5", "lladdr", "fa:16:3e:ff:ff:ff", "dev", "right", "nud", "stale");
        // The cable is plugged in at the last moment: what is sent before the kernel has taken notice of it is lost.
        other.Ip("link", "set", "right", "up");

        await AddressAnnouncer.SendAsync(_namespace.Name, _link, [IPAddress.Parse("192.0.2.5")], TestContext.Current.CancellationToken);

        Assert.True(SpinWait.SpinUntil(
            () => other.Ip("neighbour", "show", "192.0.2.5").Contains("fa:16:3e:00:00:01", StringComparison.Ordinal), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_link_that_is_down_is_named_in_the_error()
    {
        var exception = await Assert.ThrowsAsync<LinuxException>(
            () => AddressAnnouncer.SendAsync(_namespace.Name, _link, [IPAddress.Parse("192.0.2.5")], TestContext.Current.CancellationToken));

        Assert.Contains("announce 192.0.2.5 on left", exception.Message, StringComparison.Ordinal);
    }

    private Task BringUpAsync()
    {
        _netlink.SetUp(_link, up: true);
        _netlink.SetUp(_netlink.FindLink("right")!, up: true);
        return CableUpAsync();
    }

    // A link that has just been set up drops what is sent until the kernel has taken notice of its carrier.
    private Task<TimeSpan> CableUpAsync() => Until.TrueAsync(
        "the cable is up",
        TimeSpan.FromSeconds(10),
        () => _namespace.Ip("link", "show", "left").Contains("state UP", StringComparison.Ordinal),
        TestContext.Current.CancellationToken);

    // Over the pseudo header and the message with its checksum: all ones when the checksum is right.
    private static int OnesComplementSum(byte[] frame)
    {
        var sum = 0x20 + 58;
        for (var i = 22; i < frame.Length; i += 2)
        {
            sum += (frame[i] << 8) + frame[i + 1];
        }

        return (sum & 0xffff) + (sum >> 16);
    }
}
