// Two amphorae of one load balancer, each in a machine of its own, on one wire.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed partial class StandbyTests(SavedAmphora saved)
{
    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(VirtualMachine.BootLimit);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_masters_machine_dies_the_other_one_serves() => await TakeOverAsync("adverts every second", async (api, topology, place, document) =>
    {
        await api.PlugVipAsync(topology, place, Cancel);
        await api.PushAsync(document, Cancel);
    });

    // What a controller with a template of its own uploads over API 1.0. keepalived takes fractions of a second with version 3 only, which
    // knows no authentication.
    [Fact]
    public async Task With_VRRP_version_3_and_adverts_every_fifth_of_a_second_it_serves_sooner() => await TakeOverAsync("adverts every 0.2 s", async (api, topology, place, document) =>
    {
        using TestFolder texts = new();
        await Command.OutputAsync(
            [.. Checkout.AgentCommand, "render", "--file", texts.Write("document.json", document.ToString()), "--out", texts["out"], "--haproxy-version", "2.6"], Cancel);
        string keepalived = Authentication().Replace(await File.ReadAllTextAsync(texts["out/keepalived.conf"], Cancel), "")
            .Replace("global_defs {", "global_defs {\n    vrrp_version 3", StringComparison.Ordinal)
            .Replace("advert_int 1\n", "advert_int 0.2\n", StringComparison.Ordinal);
        string plug = new JsonObject
        {
            ["subnet_cidr"] = topology.VipSubnet,
            ["gateway"] = topology.Gateway.ToString(),
            ["mac_address"] = place.VipPortMac,
            ["vrrp_ip"] = place.VrrpIp.ToString(),
        }.ToJsonString();
        await api.SendAsync(HttpMethod.Post, $"/1.0/plug/vip/{topology.Vip}", MtlsClient.Json(plug), Cancel);
        await PutAsync(api, $"/1.0/loadbalancer/{document.Json["amphora_id"]}/{document.Id}/haproxy", await File.ReadAllTextAsync(texts["out/haproxy.cfg"], Cancel));
        await PutAsync(api, $"/1.0/loadbalancer/{document.Id}/start", "");
        await PutAsync(api, "/1.0/vrrp/upload", keepalived);
        await PutAsync(api, "/1.0/vrrp/start", "");
    });

    private async Task TakeOverAsync(string what, Func<AgentApi, Topology, AmphoraPlace, TestDocument, Task> configureAsync)
    {
        await using Topology topology = await Topology.CreateAsync(members: 1, amphorae: 2, Cancel);
        await using HttpMember member = HttpMember.Start("member-1", topology.Members[0], new IPEndPoint(IPAddress.Any, PluggedAmphora.MemberPort));
        string[] ids = [$"{Guid.NewGuid()}", $"{Guid.NewGuid()}"];
        VirtualMachine[] machines = await BootAsync(topology, ids);
        await using VirtualMachine master = machines[0];
        await using VirtualMachine backup = machines[1];
        TestDocument document = new(ids[0], topology.Vip);
        document.AddListener("HTTP", 80, document.AddPool("HTTP", topology, PluggedAmphora.MemberPort));
        document.MakeActiveStandby(topology, ids);
        for (int number = 0; number < machines.Length; number++)
        {
            using AgentApi api = machines[number].Api(saved.Files);
            await configureAsync(api, topology, topology.Places[number], document.For(ids[number]));
        }

        await ServesAsync(topology);
        // A second look: the first answer may have been the backup's, before the master was there.
        await Until.TrueAsync("the master has the VIP", ServeLimit, async () => await HasVipAsync(topology, topology.Places[0]), Cancel);
        await master.CutPowerAsync(Cancel);
        TimeSpan gap = await ServesAsync(topology);

        TestContext.Current.TestOutputHelper?.WriteLine($"no answer for {gap.TotalSeconds:0.00} s after the master's machine was killed, {what}");
        Assert.True(await HasVipAsync(topology, topology.Places[1]));
    }

    private static async Task PutAsync(AgentApi api, string path, string text)
    {
        using ByteArrayContent body = new(Encoding.UTF8.GetBytes(text));
        await api.SendAsync(HttpMethod.Put, path, body, Cancel);
    }

    // At the same time; when one does not come, the other one goes.
    private async Task<VirtualMachine[]> BootAsync(Topology topology, string[] ids)
    {
        Task<VirtualMachine>[] boots = [.. ids.Select((id, number) => BootAsync(topology, topology.Places[number], id))];
        try
        {
            return await Task.WhenAll(boots);
        }
        catch
        {
            foreach (Task<VirtualMachine> boot in boots.Where(boot => boot.IsCompletedSuccessfully))
            {
                await (await boot).DisposeAsync();
            }

            throw;
        }
    }

    private async Task<VirtualMachine> BootAsync(Topology topology, AmphoraPlace place, string id) => await VirtualMachine.BootAsync(
        topology.Switch,
        ["--config-drive", await saved.Files.IsoDriveAsync(id, "ACTIVE_STANDBY", Cancel), "--nic", $"{place.VipPortMac},bridge={topology.Bridge}", "--wait", $"{VirtualMachine.BootLimit}"],
        Cancel);

    // Whose MAC address the client's kernel has for the VIP: the last who announced it.
    private static async Task<bool> HasVipAsync(Topology topology, AmphoraPlace place) =>
        (await topology.Client.IpAsync(["neigh", "show", $"{topology.Vip}"], Cancel)).Contains(place.VipPortMac, StringComparison.Ordinal);

    // Until the first answer comes. A request that waits for a dead master, and for TCP to try again, holds up no other.
    private static async Task<TimeSpan> ServesAsync(Topology topology)
    {
        using Traffic traffic = new(topology.Client, topology.Vip, null) { Pause = Pause };
        Uri url = new($"http://{topology.Vip}/");
        IReadOnlyList<Answer> answers = await traffic.DuringAsync(
            url, () => Until.TrueAsync("the VIP serves", ServeLimit, async () => (await traffic.SendAsync(url, 1, Cancel))[0].Member == "member-1", Cancel), Cancel);
        return answers.Where(answer => answer.Member == "member-1").Select(answer => answer.At + answer.Took).Min();
    }

    [GeneratedRegex(@" *authentication \{[^}]*\}\n")]
    private static partial Regex Authentication();
}
