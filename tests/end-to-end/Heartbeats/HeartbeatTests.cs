// Heartbeats of a real agent with a real HAProxy.
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Heartbeats;

public sealed class HeartbeatTests
{
    private static readonly Uri Url = new("http://www.example.com/");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_listener_pool_and_member_is_told_and_upstreams_code_unwraps_it()
    {
        await using BeatingAmphora amphora = await BeatingAmphora.CreateAsync(members: 2, interval: 1, Cancel);
        await amphora.PushAsync(Cancel);
        string pool = (string)amphora.Pool["id"]!;

        ReceivedHeartbeat beat = await amphora.Manager.WaitAsync(
            "a heartbeat with the listener", Limit, found => found.Json["listeners"]![amphora.Listener] is not null, Cancel);
        JsonNode unwrapped = await UnwrapAsync(beat.Datagram);

        Assert.Equal(amphora.Amphora.Agent.Configuration.AmphoraId, (string)beat.Json["id"]!);
        Assert.Equal("OPEN", (string)beat.Json["listeners"]![amphora.Listener]!["status"]!);
        Assert.Equal(3, (int)beat.Json["ver"]!);
        JsonNode told = beat.Json["pools"]![$"{pool}:{amphora.Listener}"]!;
        Assert.Equal("UP", (string)told["status"]!);
        Assert.Equal(
            amphora.Pool["members"]!.AsArray().Select(member => ((string)member!["id"]!, "no check")),
            told["members"]!.AsObject().Select(member => (member.Key, (string)member.Value!)));
        Assert.True(JsonNode.DeepEquals(beat.Json, unwrapped), unwrapped.ToJsonString());
        Assert.Null(amphora.Manager.Fault);
    }

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_over_a_killed_agent_and_a_reload()
    {
        await using BeatingAmphora amphora = await BeatingAmphora.CreateAsync(members: 1, interval: 1, Cancel, protocol: "TCP");
        AgentProcess agent = amphora.Amphora.Agent;
        await amphora.PushAsync(Cancel);
        int requests = (await amphora.Traffic.SendAsync(Url, 10, Cancel)).Count;
        using HttpClient lasting = TrafficClient.Create(amphora.Amphora.Topology.Client, keepAlive: true, resolve: amphora.Amphora.Topology.Vip);

        ReceivedHeartbeat first = await amphora.Manager.WaitAsync(
            "the first connections are told", Limit, beat => IsTold(beat, amphora, 10), Cancel);
        await agent.KillAsync(Cancel);
        requests += (await amphora.Traffic.SendAsync(Url, 10, Cancel)).Count;
        await agent.StartAgainAsync(Cancel);
        using AgentApi api = new(agent.CreateClient());
        await lasting.GetStringAsync(Url, Cancel);
        long beforeReload = amphora.Manager.Received.Count;
        requests += (await amphora.Traffic.DuringAsync(Url, () => ReloadAsync(amphora, api, beforeReload), Cancel)).Count;
        for (int request = 0; request < 50; request++)
        {
            // Over the connection that is older than the process that serves now.
            await lasting.GetStringAsync(Url, Cancel);
        }

        lasting.Dispose();
        ReceivedHeartbeat last = await amphora.Manager.WaitAsync(
            "every connection is told and has ended", Limit, beat => IsTold(beat, amphora, requests + 1) && beat.Stat(amphora.Listener, "conns") == 0, Cancel);

        AssertDeltasMakeTheTotals(amphora, last);

        // HAProxy tells the bytes of a TCP connection when it ends: those of the lasting one came from the process that was replaced.
        Assert.Equal(requests + 51, amphora.Amphora.Members[0].Requests.Count);
        double answer = first.Total(amphora.Listener, "tx") / 10.0;
        Assert.InRange(last.Total(amphora.Listener, "tx") / answer, requests + 46, requests + 56);
    }

    [Fact]
    public async Task A_slow_check_of_a_configuration_delays_no_heartbeat()
    {
        using TestFolder folder = new();
        string slow = folder.Write("haproxy", "#!/bin/sh\nfor word; do [ \"$word\" = -c ] && sleep 10; done\nexec /usr/sbin/haproxy \"$@\"\n");
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using BeatingAmphora amphora = await BeatingAmphora.CreateAsync(
            members: 1, interval: 1, Cancel, configuration: new AgentConfiguration { HaproxyCommand = slow });

        long start = Stopwatch.GetTimestamp();
        await amphora.PushAsync(Cancel);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        long[] beats = [.. amphora.Manager.Received.Select(beat => beat.At).Where(at => at > start)];

        Assert.True(took > TimeSpan.FromSeconds(10), $"{took}");
        TimeSpan longest = beats.Zip(beats.Skip(1), Stopwatch.GetElapsedTime).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"{beats.Length} heartbeats in {took.TotalSeconds:0.0} s, longest pause {longest.TotalMilliseconds:0} ms");
        Assert.InRange(longest, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.7));
        Assert.InRange(beats.Length, (int)(took.TotalSeconds / 1.5), (int)took.TotalSeconds + 3);
    }

    [Fact]
    public async Task A_member_that_dies_is_told_at_once()
    {
        await using BeatingAmphora amphora = await BeatingAmphora.CreateAsync(members: 2, interval: 600, Cancel);
        TestDocument.AddHttpMonitor(amphora.Pool, "/health");
        await amphora.PushAsync(Cancel);
        string key = $"{(string)amphora.Pool["id"]!}:{amphora.Listener}";
        string member = (string)amphora.Pool["members"]![1]!["id"]!;
        await amphora.Manager.WaitAsync("the member is up", Limit, beat => Status(beat) == "UP", Cancel);

        amphora.Amphora.Members[1].Stop();
        await Until.TrueAsync("HAProxy finds it", Limit, async () =>
        {
            JsonNode status = await amphora.Amphora.Api.StatusAsync(amphora.Document.Id, Cancel);
            return (string)status["listeners"]![0]!["pools"]![0]!["members"]![1]!["operating_status"]! == "ERROR";
        }, Cancel);
        long found = Stopwatch.GetTimestamp();
        ReceivedHeartbeat beat = await amphora.Manager.WaitAsync("it is told", Limit, beat => Status(beat) == "DOWN", Cancel);

        TimeSpan late = Stopwatch.GetElapsedTime(found, beat.At);
        TestContext.Current.TestOutputHelper?.WriteLine($"told {late.TotalMilliseconds:0} ms after HAProxy found it");
        Assert.InRange(late, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1.5));
        Assert.InRange(amphora.Manager.Received.Count, 2, 12);

        string? Status(ReceivedHeartbeat from) => (string?)from.Json["pools"]![key]?["members"]![member];
    }

    private static async Task ReloadAsync(BeatingAmphora amphora, AgentApi api, long heartbeats)
    {
        amphora.Pool["lb_algorithm"] = "LEAST_CONNECTIONS";
        amphora.Document.Generation++;
        JsonNode applied = await api.PushAsync(amphora.Document, Cancel);
        Assert.Contains(applied["actions"]!.AsArray(), action => (string)action!["action"]! == "reload");
        await Until.TrueAsync("a heartbeat after the reload", Limit, () => amphora.Manager.Received.Count > heartbeats, Cancel);
    }

    private static bool IsTold(ReceivedHeartbeat beat, BeatingAmphora amphora, long connections) =>
        beat.Json["listeners"]![amphora.Listener] is not null && beat.Total(amphora.Listener, "totconns") == connections;

    private static void AssertDeltasMakeTheTotals(BeatingAmphora amphora, ReceivedHeartbeat last)
    {
        ReceivedHeartbeat[] until = [.. amphora.Manager.Received.TakeWhile(beat => beat.At <= last.At)];
        foreach (string name in (string[])["totconns", "rx", "tx", "ereq"])
        {
            Assert.Equal(last.Total(amphora.Listener, name), until.Sum(beat => beat.Stat(amphora.Listener, name)));
        }

        Assert.Null(amphora.Manager.Fault);
    }

    // Octavia's own unwrap_envelope, from Debian's python3-octavia.
    private static async Task<JsonNode> UnwrapAsync(byte[] datagram)
    {
        string program = $"""
            import json, sys
            from octavia.amphorae.backends.health_daemon import status_message
            print(json.dumps(status_message.unwrap_envelope(bytes.fromhex(sys.stdin.read()), '{BeatingAmphora.Key}')))
            """;
        return JsonNode.Parse(await Command.OutputAsync(["/usr/bin/python3", "-c", program], Cancel, Convert.ToHexString(datagram)))!;
    }
}
