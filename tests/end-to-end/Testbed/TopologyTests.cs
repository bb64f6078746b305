// The test bed itself: members are reached, die and come back, and nothing is left behind.
using System.Net;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Testbed;

public sealed class TopologyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_reaches_every_member_over_both_families()
    {
        await using Topology topology = await Topology.CreateAsync(members: 2, withVipPort: false, Cancel);
        await using HttpMember first = HttpMember.Start("one", topology.Members[0], new IPEndPoint(IPAddress.Any, 80));
        await using HttpMember second = HttpMember.Start("two", topology.Members[1], new IPEndPoint(IPAddress.IPv6Any, 80));
        using HttpClient client = TrafficClient.Create(topology.Client);

        string one = await client.GetStringAsync(new Uri($"http://{topology.MemberAddress(0)}/"), Cancel);
        string two = await client.GetStringAsync(new Uri($"http://[{topology.MemberAddress6(1)}]/"), Cancel);

        Assert.Equal(("one\n", "two\n"), (one, two));
    }

    [Fact]
    public async Task A_stopped_member_refuses_and_a_started_one_answers_again()
    {
        await using HttpMember member = HttpMember.Start("one", null, new IPEndPoint(IPAddress.Loopback, 0));
        using HttpClient client = TrafficClient.Create(null);
        Uri address = new($"http://{member.EndPoint}/");
        await client.GetStringAsync(address, Cancel);

        member.Stop();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(address, Cancel));
        member.Start();
        await client.GetStringAsync(address, Cancel);

        Assert.Equal(2, member.Requests.Count);
    }

    [Fact]
    public async Task The_vip_port_lies_in_the_root_side_with_its_mac()
    {
        await using Topology topology = await Topology.CreateAsync(members: 0, withVipPort: true, Cancel);

        string links = await topology.Amphora.IpAsync(["-br", "link"], Cancel);

        Assert.Contains(topology.VipPortMac, links, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_of_a_topology_in_which_a_program_still_runs()
    {
        Topology topology = await Topology.CreateAsync(members: 1, withVipPort: true, Cancel);
        string[] names = [topology.Client.Name, topology.Controller.Name, topology.Amphora.Name, topology.Members[0].Name];
        using TestFolder folder = new();
        await using RunningProgram program = RunningProgram.Start(["sleep", "600"], folder["log"], topology.Amphora.Name, null);

        await topology.DisposeAsync();

        await program.WaitAsync(Cancel);
        string left = await Command.OutputAsync(["ip", "netns", "list"], Cancel);
        Assert.DoesNotContain(names, name => left.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Haproxy_in_a_namespace_balances_over_the_members()
    {
        await using Topology topology = await Topology.CreateAsync(members: 2, withVipPort: true, Cancel);
        await topology.Amphora.IpAsync($"addr add {topology.Vip}/24 dev ens-vip0\nlink set ens-vip0 up", Cancel);
        await using HttpMember first = HttpMember.Start("one", topology.Members[0], new IPEndPoint(IPAddress.Any, 80));
        await using TcpMember second = TcpMember.Start("two", topology.Members[1], new IPEndPoint(IPAddress.Any, 90));
        await using HaproxyProcess haproxy = await HaproxyProcess.StartAsync(
            $$"""
            global
              stats socket {socket}
            defaults
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            listen web
              mode http
              bind {{topology.Vip}}:80
              server one {{topology.MemberAddress(0)}}:80
            listen tcp
              bind {{topology.Vip}}:90
              server two {{topology.MemberAddress(1)}}:90
            """,
            topology.Amphora.Name,
            Cancel);
        using HttpClient client = TrafficClient.Create(topology.Client);

        string web = await client.GetStringAsync(new Uri($"http://{topology.Vip}/"), Cancel);
        string tcp = await TrafficClient.GreetingAsync(topology.Client, new IPEndPoint(topology.Vip, 90), Cancel);

        Assert.Equal(("one\n", "two"), (web, tcp));
    }
}
