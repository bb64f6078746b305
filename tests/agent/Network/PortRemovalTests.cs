// Ports that are taken down.
using System.Net.NetworkInformation;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class PortRemovalTests : IDisposable
{
    private const string Mac = "fa:16:3e:00:00:01";

    private readonly PluggableAmphora _amphora = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task A_removed_port_is_back_outside_and_forgotten()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await _amphora.ApplyAsync(mac, Ports.Vip);

        var failure = await _amphora.Applier.RemoveAsync(mac, Cancellation);

        Assert.Null(failure);
        Assert.Equal(mac, _amphora.Root.OpenNetlink().FindLink("eth1")?.Address);
        Assert.Equal("lo", Assert.Single(_amphora.Ip("link")).GetProperty("ifname").GetString());
        Assert.Empty(_amphora.Rules("-4"));
        Assert.Equal("", _amphora.ReadFile("plugged_interfaces"));
        Assert.False(_amphora.FileExists("interfaces/eth1.json"));
        Assert.False(_amphora.FileExists($"ports/{Mac}.json"));
        Assert.Empty(await _amphora.Reader.ReadAsync(Cancellation));
    }

    [Fact]
    public async Task A_port_that_is_not_there_cannot_be_removed()
    {
        var failure = await _amphora.Applier.RemoveAsync(PhysicalAddress.Parse(Mac), Cancellation);

        Assert.Equal(FailureKind.NotFound, failure?.Kind);
        Assert.Contains(Mac, failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_port_can_be_plugged_again()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await _amphora.ApplyAsync(mac, Ports.Vip);
        await _amphora.Applier.RemoveAsync(mac, Cancellation);

        var state = await _amphora.ApplyAsync(mac, Ports.Vip);

        Assert.Equal("eth1", state.Interface);
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth1"));
    }
}
