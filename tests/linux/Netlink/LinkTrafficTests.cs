// Byte counters of links, compared with what the kernel shows in /sys.
using System.Net;
using System.Net.Sockets;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Linux.Namespaces;
using Xunit;

namespace Amphora.Linux.Tests.Netlink;

public sealed class LinkTrafficTests
{
    [Fact]
    public void What_was_sent_on_one_end_of_a_pair_was_received_on_the_other()
    {
        using var space = new TestNamespace("traffic");
        space.Ip("link", "add", "eth1", "type", "veth", "peer", "name", "eth2");
        space.Ip("link", "set", "eth1", "up");
        space.Ip("link", "set", "eth2", "up");
        using var netlink = space.OpenNetlink();
        NetworkNamespace.Run(space.Name, () =>
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            var group = IPAddress.Parse("ff02::1");
            group.ScopeId = netlink.FindLink("eth1")!.Index;
            // Until the kernel has given the link its address there is no way out.
            Until.TrueAsync("datagram sent", TimeSpan.FromSeconds(10), () => Sends(socket, group), CancellationToken.None).Wait(TestContext.Current.CancellationToken);
        });

        var links = netlink.ReadTraffic();

        Assert.True(links.Single(link => link.Name == "eth1").SentBytes >= 1000);
        Assert.True(links.Single(link => link.Name == "eth2").ReceivedBytes >= 1000);
        Assert.Equal(0UL, links.Single(link => link.Name == "lo").SentBytes);
    }

    private static bool Sends(Socket socket, IPAddress group)
    {
        try
        {
            return socket.SendTo(new byte[1000], new IPEndPoint(group, 9)) == 1000;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
