// Two amphorae of one load balancer, each in a machine of its own, on one wire.
using System.Diagnostics;
using System.Net;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class StandbyTests(SavedAmphora saved)
{
    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(VirtualMachine.BootLimit);
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_masters_machine_dies_the_other_one_serves()
    {
        await using Topology topology = await Topology.CreateAsync(members: 1, amphorae: 2, Cancel);
        await using HttpMember member = HttpMember.Start("member-1", topology.Members[0], new IPEndPoint(IPAddress.Any, PluggedAmphora.MemberPort));
        string[] ids = [$"{Guid.NewGuid()}", $"{Guid.NewGuid()}"];
        await using VirtualMachine master = await BootAsync(topology, topology.Places[0], ids[0]);
        await using VirtualMachine backup = await BootAsync(topology, topology.Places[1], ids[1]);
        TestDocument document = new(ids[0], topology.Vip);
        document.AddListener("HTTP", 80, document.AddPool("HTTP", topology, PluggedAmphora.MemberPort));
        document.MakeActiveStandby(topology, ids);
        VirtualMachine[] machines = [master, backup];
        for (int number = 0; number < machines.Length; number++)
        {
            using AgentApi api = machines[number].Api(saved.Files);
            await api.PlugVipAsync(topology, topology.Places[number], Cancel);
            await api.PushAsync(document.For(ids[number]), Cancel);
        }

        using HttpClient client = TrafficClient.Create(topology.Client);
        client.Timeout = AskLimit;
        await ServesAsync(client, topology.Vip);
        // A second look: the first answer may have been the backup's, before the master was there.
        await Until.TrueAsync("the master has the VIP", ServeLimit, async () => await HasVipAsync(topology, topology.Places[0]), Cancel);
        await master.CutPowerAsync(Cancel);
        TimeSpan gap = await ServesAsync(client, topology.Vip);

        TestContext.Current.TestOutputHelper?.WriteLine($"no answer for {gap.TotalSeconds:0.0} s after the master's machine was killed");
        Assert.True(await HasVipAsync(topology, topology.Places[1]));
    }

    private async Task<VirtualMachine> BootAsync(Topology topology, AmphoraPlace place, string id) => await VirtualMachine.BootAsync(
        topology.Switch,
        ["--config-drive", await saved.Files.IsoDriveAsync(id, "ACTIVE_STANDBY", Cancel), "--nic", $"{place.VipPortMac},bridge={topology.Bridge}", "--wait", $"{VirtualMachine.BootLimit}"],
        Cancel);

    // Whose MAC address the client's kernel has for the VIP: the last who announced it.
    private static async Task<bool> HasVipAsync(Topology topology, AmphoraPlace place) =>
        (await topology.Client.IpAsync(["neigh", "show", $"{topology.Vip}"], Cancel)).Contains(place.VipPortMac, StringComparison.Ordinal);

    private static async Task<TimeSpan> ServesAsync(HttpClient client, IPAddress vip)
    {
        long start = Stopwatch.GetTimestamp();
        await Until.TrueAsync("the VIP serves", ServeLimit, async () =>
        {
            try
            {
                return (await client.GetStringAsync(new Uri($"http://{vip}/"), Cancel)).Trim() == "member-1";
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !Cancel.IsCancellationRequested)
            {
                return false;
            }
        }, Cancel);
        return Stopwatch.GetElapsedTime(start);
    }
}
