// Traffic through an amphora in its virtual machine, from a client on the same wire.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class ListenerTests(SavedAmphora saved)
{
    private const int UdpPort = 5353;
    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(VirtualMachine.BootLimit);
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HTTP_TCP_and_TLS_listeners_serve_on_a_VIP_that_was_hot_plugged()
    {
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 2, Cancel);
        using Certificates authority = new();
        TestDocument document = amphora.NewHttpDocument();
        JsonObject pool = document.LoadBalancer["pools"]![0]!.AsObject();
        document.AddListener("TCP", 81, document.AddPool("TCP", amphora.Topology, PluggedAmphora.MemberPort));
        JsonObject tls = document.AddListener("TERMINATED_HTTPS", 443, pool);
        tls["default_tls_container_ref"] = await amphora.Api.UploadAsync(document, authority.ListenerPem("www.example.com"), Cancel);

        JsonNode applied = await amphora.Api.PushAsync(document, Cancel);

        Assert.Equal("applied", (string?)applied["result"]);
        await amphora.ServedByAsync(Cancel);
        Assert.Equal(["member-1", "member-2"], await WhoAnswersAsync(amphora, "http://www.example.com/", null));
        Assert.Equal(["member-1", "member-2"], await WhoAnswersAsync(amphora, "http://www.example.com:81/", null));
        Assert.Equal(["member-1", "member-2"], await WhoAnswersAsync(amphora, "https://www.example.com/", authority));
        Assert.True((bool)(await amphora.Api.StatusAsync(document.Id, Cancel))["haproxy_running"]!);
    }

    [Fact]
    public async Task A_UDP_listener_balances_datagrams_in_the_kernel()
    {
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 2, Cancel);
        await using UdpMember first = UdpMember.Start("udp-1", amphora.Topology.Members[0], new IPEndPoint(IPAddress.Any, UdpPort));
        await using UdpMember second = UdpMember.Start("udp-2", amphora.Topology.Members[1], new IPEndPoint(IPAddress.Any, UdpPort));
        TestDocument document = amphora.NewDocument();
        document.AddListener("UDP", 53, document.AddPool("UDP", amphora.Topology, UdpPort));

        JsonNode applied = await amphora.Api.PushAsync(document, Cancel);

        Assert.Equal("applied", (string?)applied["result"]);
        IPEndPoint vip = new(amphora.Topology.Vip, 53);
        await Until.TrueAsync("the VIP answers a datagram", ServeLimit, async () => await UdpMember.AskAsync(amphora.Topology.Client, vip, "ping", AskLimit, Cancel) is not null, Cancel);
        Dictionary<string, int> answers = [];
        for (int number = 0; number < 20; number++)
        {
            string? answer = await UdpMember.AskAsync(amphora.Topology.Client, vip, $"datagram {number}", VirtualMachine.CallLimit, Cancel);
            Assert.EndsWith($" datagram {number}", answer, StringComparison.Ordinal);
            string member = answer![..5];
            answers[member] = answers.GetValueOrDefault(member) + 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", answers));
        Assert.Equal(new Dictionary<string, int> { ["udp-1"] = 10, ["udp-2"] = 10 }, answers);
    }

    [Fact]
    public async Task A_port_that_was_taken_out_may_be_plugged_again()
    {
        await using VmAmphora amphora = await VmAmphora.StartAsync(saved, members: 1, Cancel);
        await amphora.Api.UnplugAsync(amphora.Topology.VipPortMac, Cancel);

        await amphora.Machine.UnplugAsync(amphora.Topology.VipPortMac, Cancel);
        await amphora.Machine.PlugAsync(amphora.Topology.VipPortMac, amphora.Topology.Bridge, Cancel);
        await amphora.Api.PlugVipAsync(amphora.Topology, Cancel);
        await amphora.Api.PushAsync(amphora.NewHttpDocument(), Cancel);

        Assert.Equal("member-1", await amphora.ServedByAsync(Cancel));
    }

    private static async Task<IEnumerable<string>> WhoAnswersAsync(VmAmphora amphora, string url, Certificates? authority)
    {
        using HttpClient client = TrafficClient.Create(amphora.Topology.Client, keepAlive: false, authority?.Authority, amphora.Topology.Vip);
        client.Timeout = VirtualMachine.CallLimit;
        SortedSet<string> members = [];
        for (int request = 0; request < 4; request++)
        {
            members.Add((await client.GetStringAsync(new Uri(url), Cancel)).Trim());
        }

        return members;
    }
}
