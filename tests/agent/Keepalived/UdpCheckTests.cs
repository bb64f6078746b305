// The UDP check against real sockets.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Keepalived.Checks;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Linux.Namespaces;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived;

public sealed class UdpCheckTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_port_nobody_listens_on_is_down_at_once(string address)
    {
        using var member = Listen(address);
        var port = (IPEndPoint)member.LocalEndPoint!;
        member.Dispose();
        var clock = Stopwatch.StartNew();

        Assert.Equal(1, await UdpCheck.RunAsync(port, Cancellation));
        Assert.True(clock.Elapsed < TimeSpan.FromMilliseconds(900), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_member_that_says_nothing_is_up_after_a_second(string address)
    {
        using var member = Listen(address);
        var clock = Stopwatch.StartNew();

        Assert.Equal(0, await UdpCheck.RunAsync((IPEndPoint)member.LocalEndPoint!, Cancellation));
        Assert.True(clock.Elapsed > TimeSpan.FromMilliseconds(900), $"{clock.Elapsed}");
        Assert.True(member.Available > 0, "the member saw a probe");
    }

    [Fact]
    public async Task A_network_without_a_way_is_down()
    {
        using var empty = new TestNamespace("udp");

        var check = NetworkNamespace.Run(empty.Name, () => UdpCheck.RunAsync(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 53), Cancellation));

        Assert.Equal(1, await check);
    }

    private static Socket Listen(string address)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 0);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(endPoint);
        return socket;
    }
}
