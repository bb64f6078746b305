// Bridges and pairs of links that reach into another namespace, compared with what ip(8) says; and who is in a namespace.
using System.Net.NetworkInformation;
using System.Text.Json;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Linux.Tests.Netlink;

public sealed class VirtualLinkTests : IDisposable
{
    private readonly TestNamespace _near = new("near");
    private readonly TestNamespace _far = new("far");
    private readonly RouteNetlink _netlink;

    public VirtualLinkTests() => _netlink = _near.OpenNetlink();

    public void Dispose()
    {
        _netlink.Dispose();
        _near.Dispose();
        _far.Dispose();
    }

    [Fact]
    public void A_pair_is_made_with_its_far_end_where_it_shall_be()
    {
        using (var target = NetworkNamespace.Open(_far.Name))
        {
            _netlink.AddVethPair("left", new VethPeer { Name = "right", NetworkNamespace = target, Address = PhysicalAddress.Parse("02:00:00:00:00:01"), Mtu = 1400 });
        }

        Assert.Equal(["left", "lo"], _netlink.ReadLinks().Select(link => link.Name).Order());
        Assert.Equal(1400, _netlink.FindLink("left")!.Mtu);
        using var far = _far.OpenNetlink();
        var right = far.FindLink(PhysicalAddress.Parse("02:00:00:00:00:01"))!;
        Assert.Equal(("right", 1400, false), (right.Name, right.Mtu, right.IsUp));

        var left = _netlink.FindLink("left")!;
        _netlink.DeleteLink(left);
        _netlink.DeleteLink(left);
        Assert.Null(far.FindLink("right"));
    }

    [Fact]
    public void A_bridge_keeps_its_address_and_floods_multicasts()
    {
        _netlink.AddBridge("br0", PhysicalAddress.Parse("02:00:00:00:00:ff"));
        _netlink.AddVethPair("left", "right");
        var bridge = _netlink.FindLink("br0")!;
        Assert.Null(_netlink.FindLink("left")!.Master);

        _netlink.SetMaster(_netlink.FindLink("left")!, bridge);

        Assert.Equal(bridge.Index, _netlink.FindLink("left")!.Master);
        var shown = JsonDocument.Parse(_near.Ip("-j", "-d", "link", "show", "br0")).RootElement[0];
        Assert.Equal("02:00:00:00:00:ff", shown.GetProperty("address").GetString());
        Assert.Equal(0, shown.GetProperty("linkinfo").GetProperty("info_data").GetProperty("mcast_snooping").GetInt32());
    }

    [Fact]
    public async Task Who_is_in_a_namespace_is_known_and_killed()
    {
        using TestFolder folder = new();
        await using RunningProgram inside = RunningProgram.Start(["sleep", "60"], folder["log"], _near.Name, null);
        await using RunningProgram outside = RunningProgram.Start(["sleep", "60"], folder["other"], _far.Name, null);
        await Until.TrueAsync("it is inside", TimeSpan.FromSeconds(10), () => NetworkNamespace.Processes(_near.Name).Contains(inside.Pid), TestContext.Current.CancellationToken);

        Assert.Equal([inside.Pid], NetworkNamespace.KillProcesses(_near.Name));
        await Until.TrueAsync("it is gone", TimeSpan.FromSeconds(10), () => NetworkNamespace.Processes(_near.Name).Count == 0, TestContext.Current.CancellationToken);

        Assert.Equal([outside.Pid], NetworkNamespace.Processes(_far.Name));
        Assert.Empty(NetworkNamespace.KillProcesses("nosuch-namespace"));
    }
}
