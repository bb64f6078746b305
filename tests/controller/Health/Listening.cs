// amphora-controller health listen, as a process.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Heartbeat;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Health;

public sealed class Listening : IAsyncDisposable
{
    private const string Id = "11111111-2222-4333-8444-555555555555";
    private const string KeyText = "a.test.key";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private RunningProgram? _program;
    private IPEndPoint _endPoint = new(IPAddress.Loopback, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Log => _program!.Log;

    [Fact]
    public async Task Each_verified_heartbeat_is_a_line_and_the_refused_ones_are_counted()
    {
        await StartAsync("--output", "json");
        byte[] first = Datagram(0, KeyText);
        Send(first);
        Send(first);
        Send(Datagram(1, "another key"));
        Send([1, 2, 3]);
        Send(Datagram(2, KeyText));
        await UntilLogAsync("\"seq\":2");

        int exitCode = await _program!.StopAsync(Cancel);

        JsonNode[] lines = [.. Log.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(0, exitCode);
        Assert.Equal([0, 2], lines.Select(line => (int)line["seq"]!));
        Assert.Equal(Id, (string)lines[0]["id"]!);
        Assert.Equal("OPEN", (string)lines[0]["listeners"]!["listener"]!["status"]!);
        Assert.Equal(20, (int)lines[0]["listeners"]!["listener"]!["total"]!["rx"]!);
        Assert.Equal("no check", (string)lines[0]["pools"]!["pool:listener"]!["members"]!["member"]!);
        Assert.Equal(_socket.LocalEndPoint!.ToString()!.Split(':')[^1], ((string)lines[0]["from"]!).Split(':')[^1]);
        Assert.Contains("2 heartbeats taken, 3 datagrams refused", Log, StringComparison.Ordinal);
        Assert.Contains("1 sent again, or older than one that was taken", Log, StringComparison.Ordinal);
        Assert.Contains("1 signed with another key", Log, StringComparison.Ordinal);
        Assert.Contains("1 too short for a heartbeat", Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_upstreams_code_wraps_is_taken()
    {
        await StartAsync("--output", "json");
        string program = $$"""
            from octavia.amphorae.backends.health_daemon import status_message
            message = {'id': '{{Id}}', 'seq': 7, 'listeners': {'l': {'status': 'OPEN', 'stats': {'tx': 1, 'rx': 2, 'conns': 3, 'totconns': 4, 'ereq': 5} }
                } , 'pools': {'p:l': {'status': 'UP', 'members': {'m': 'UP 1/3'} } }, 'ver': 3}
            print(status_message.wrap_envelope(message, '{{KeyText}}').hex())
            """;

        Send(Convert.FromHexString((await Command.OutputAsync(["/usr/bin/python3", "-c", program], Cancel)).Trim()));
        await UntilLogAsync("\"seq\":7");

        JsonNode line = JsonNode.Parse(Log.Split('\n').First(line => line.StartsWith('{')))!;
        Assert.Equal("UP 1/3", (string)line["pools"]!["p:l"]!["members"]!["m"]!);
        Assert.Equal("""{"tx":1,"rx":2,"conns":3,"totconns":4,"ereq":5}""", line["listeners"]!["l"]!["stats"]!.ToJsonString());
    }

    [Theory]
    [InlineData(new[] { "--derive-keys" }, true, false)]
    [InlineData(new[] { "--derive-keys", "--accept-master-key" }, true, true)]
    [InlineData(new string[0], false, true)]
    public async Task Keys_are_taken_as_told(string[] options, bool derived, bool master)
    {
        await StartAsync(["--output", "json", .. options]);

        Send(Datagram(1, new HeartbeatKey(KeyText).Derive(Id)));
        Send(Datagram(2, KeyText));
        Send(Datagram(3, derived ? new HeartbeatKey(KeyText).Derive(Id) : KeyText));
        await UntilLogAsync("\"seq\":3");

        Assert.Equal(derived, Log.Contains("\"seq\":1", StringComparison.Ordinal));
        Assert.Equal(master, Log.Contains("\"seq\":2", StringComparison.Ordinal));
    }

    /// <summary><c>AMPHORA_HOSTILE_DATAGRAMS</c> says how many. Text that is no JSON is told by an exception: the memory of the second half is
    /// that of the first, collected and used again.</summary>
    [Fact]
    public async Task Malformed_datagrams_change_nothing_and_cost_nothing()
    {
        const int datagrams = 100, mostMemory = 128, mostMoreMemory = 16, mostMoreThreads = 8;
        int rounds = Scale.Of("AMPHORA_HOSTILE_DATAGRAMS", 20_000) / datagrams;
        await StartAsync("--quiet");
        HostileDatagrams hostile = new(5, Datagram(0, KeyText), new HeartbeatKey(KeyText));
        ProcessVitals began = ProcessVitals.Of(_program!.Pid);
        long start = Stopwatch.GetTimestamp();
        await SendAsync(hostile, rounds / 2, datagrams);
        ProcessVitals halfway = ProcessVitals.Of(_program.Pid);

        await SendAsync(hostile, rounds - (rounds / 2), datagrams);

        ProcessVitals ended = ProcessVitals.Of(_program.Pid);
        Console.WriteLine($"    {rounds * datagrams} malformed datagrams in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {began} → {halfway} → {ended}");
        // Still there, and takes what is right.
        Send(Datagram(1, KeyText));
        await Until.TrueAsync("it is taken", Limit, IsIdle, Cancel);
        await _program.StopAsync(Cancel);
        Assert.Contains($"1 heartbeats taken, {rounds * datagrams} datagrams refused", Log, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", Log, StringComparison.Ordinal);
        Assert.InRange(ended.Memory, 0, Math.Min(mostMemory, halfway.Memory + mostMoreMemory));
        Assert.Equal((halfway.Descriptors, true), (ended.Descriptors, ended.Threads <= halfway.Threads + mostMoreThreads));
    }

    [Theory]
    [InlineData("there is no heartbeat key", "--port", "0")]
    [InlineData("cannot read the heartbeat key", "--heartbeat-key-file", "/nonexistent/key")]
    [InlineData("--port '70000': a whole number from 0 to 65535 is needed", "--port", "70000")]
    [InlineData("cannot listen on 192.0.2.1:5555", "--bind", "192.0.2.1", "--heartbeat-key-file", "KEY")]
    public async Task What_cannot_be_is_said(string words, params string[] arguments)
    {
        string key = _folder.Write("key", KeyText);

        CommandResult result = await Command.RunAsync(
            [.. Checkout.ControllerCommand, "health", "listen", .. arguments.Select(word => word == "KEY" ? key : word)], Cancel);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Errors, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _socket.Dispose();
        _folder.Dispose();
    }

    private static byte[] Datagram(long sequence, string key) => HeartbeatEnvelope.Wrap(
        HeartbeatWriter.Write(new HeartbeatMessage
        {
            AmphoraId = Id,
            Sequence = sequence,
            Listeners = [new HeartbeatListener("listener", "OPEN", new HeartbeatStats(1, 2, 3, 4, 5), new HeartbeatStats(10, 20, 3, 40, 50))],
            Pools = [new HeartbeatPool("pool:listener", "UP", [new HeartbeatMember("member", "no check")])],
            Origin = new HeartbeatOrigin("boot", 1000, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
        }).Span,
        new HeartbeatKey(key));

    private async Task StartAsync(params string[] options)
    {
        string key = _folder.Write("key", KeyText + "\n");
        _program = RunningProgram.Start(
            [.. Checkout.ControllerCommand, "health", "listen", "--port", "0", "--heartbeat-key-file", key, .. options], _folder["log"], null, null);
        await UntilLogAsync("listening on");
        _endPoint = IPEndPoint.Parse(Log.Split('\n').First(line => line.Contains("listening on", StringComparison.Ordinal)).Split(' ')[^1]);
        _socket.Connect(_endPoint);
    }

    private void Send(byte[] datagram) => _socket.Send(datagram);

    // So many fit into the receiver's socket; the kernel says when they have been taken out.
    private async Task SendAsync(HostileDatagrams hostile, int rounds, int datagrams)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < datagrams; i++)
            {
                Send(hostile.Next());
            }

            await Until.TrueAsync("they are taken", Limit, IsIdle, Cancel);
        }
    }

    // proc(5): /proc/net/udp, "sl local rem st tx:rx …"; nothing waits in the queue of our port.
    private bool IsIdle() => File.ReadLines("/proc/net/udp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields[1].EndsWith($":{_endPoint.Port:X4}", StringComparison.Ordinal))
        .All(fields => fields[4].EndsWith(":00000000", StringComparison.Ordinal));

    private Task UntilLogAsync(string text) => Until.TrueAsync($"the log has {text}", Limit, () => Log.Contains(text, StringComparison.Ordinal), Cancel);
}
