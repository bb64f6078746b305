// Waiting for a hot-plugged port.
using System.Diagnostics;
using System.Net.NetworkInformation;
using Amphora.Fixtures.Networks;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Linux.Tests.Netlink;

public sealed class LinkWatchTests
{
    private static readonly PhysicalAddress s_mac = PhysicalAddress.Parse("fa:16:3e:aa:00:01");

    [Fact]
    public async Task A_link_that_is_there_is_found_at_once()
    {
        using var scratch = new TestNamespace("there");
        scratch.Ip("link", "add", "port", "address", "fa:16:3e:aa:00:01", "type", "veth", "peer", "name", "peer");

        var link = await LinkWatch.WaitForLinkAsync(scratch.Name, s_mac, TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal("port", link?.Name);
    }

    [Fact]
    public async Task A_link_that_comes_later_is_found_when_it_comes()
    {
        using var scratch = new TestNamespace("later");
        var waiting = LinkWatch.WaitForLinkAsync(scratch.Name, s_mac, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        scratch.Ip("link", "add", "other", "type", "veth", "peer", "name", "other-peer");
        scratch.Ip("link", "add", "port", "address", "fa:16:3e:aa:00:01", "type", "veth", "peer", "name", "peer");

        Assert.Equal("port", (await waiting)?.Name);
    }

    [Fact]
    public async Task A_link_that_gets_its_MAC_address_later_is_found()
    {
        using var scratch = new TestNamespace("address");
        scratch.Ip("link", "add", "port", "type", "veth", "peer", "name", "peer");
        var waiting = LinkWatch.WaitForLinkAsync(scratch.Name, s_mac, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        scratch.Ip("link", "set", "port", "address", "fa:16:3e:aa:00:01");

        Assert.Equal("port", (await waiting)?.Name);
    }

    [Fact]
    public async Task Waiting_ends_at_its_limit()
    {
        using var scratch = new TestNamespace("never");
        var clock = Stopwatch.StartNew();

        var link = await LinkWatch.WaitForLinkAsync(scratch.Name, s_mac, TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);

        Assert.Null(link);
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(190), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        using var scratch = new TestNamespace("cancel");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LinkWatch.WaitForLinkAsync(scratch.Name, s_mac, TimeSpan.FromSeconds(30), cancellation.Token));
    }
}
