// The loop: intervals, rotation, live options, silence.
using System.Diagnostics;
using System.Net;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Agent.Health.Heartbeats;
using Amphora.Agent.Hosting;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Health.Heartbeats;

public sealed class HeartbeatSenderTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly TestFolder _folder = new();
    private readonly HeartbeatCollector _first = Listen("key");
    private readonly HeartbeatCollector _second = Listen("key");
    private readonly ChildProcessServiceManager _services;
    private readonly TrafficReader _traffic;
    private readonly HeartbeatPost _post = new(NullLogger<HeartbeatPost>.Instance);
    private readonly HeartbeatSender _sender;
    private volatile HeartbeatOptions _options;

    public HeartbeatSenderTests()
    {
        _options = new HeartbeatOptions { AmphoraId = "11111111-2222-4333-8444-555555555555", Key = "key", Interval = s_interval, Controllers = [Text(_first)], BasePath = _folder.Path };
        _services = new ChildProcessServiceManager(
            new ServicesOptions { StateDirectory = _folder["s"] }, new ChildServiceLog(NullLogger<ChildServiceLog>.Instance), TimeProvider.System);
        _traffic = new TrafficReader(new HaproxyOptions { BasePath = _folder.Path }, NullLogger<TrafficReader>.Instance);
        var keepalived = new KeepalivedOptions { BasePath = _folder.Path, NetworkNamespace = null };
        _sender = new HeartbeatSender(
            () => _options,
            new HeartbeatEyes(_traffic, new LvsReader(keepalived, NullLogger<LvsReader>.Instance), new KeepalivedReader(keepalived, _services)),
            _post,
            TimeProvider.System,
            NullLogger<HeartbeatSender>.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_heartbeat_comes_at_once_and_the_others_an_interval_apart()
    {
        var start = Stopwatch.GetTimestamp();
        await _sender.StartingAsync(Cancel);

        await _first.WaitAsync("four heartbeats", s_limit, static beat => beat.Sequence == 3, Cancel);

        var beats = _first.Received;
        Assert.Equal([0, 1, 2, 3], beats.Select(beat => beat.Sequence).Take(4));
        Assert.InRange(Stopwatch.GetElapsedTime(start, beats[0].At), TimeSpan.Zero, TimeSpan.FromMilliseconds(800));
        Assert.All(beats.Zip(beats.Skip(1)), pair => Assert.InRange(
            Stopwatch.GetElapsedTime(pair.First.At, pair.Second.At), s_interval - TimeSpan.FromMilliseconds(20), s_interval + TimeSpan.FromMilliseconds(900)));
        Assert.Empty(beats[0].Json["listeners"]!.AsObject());
        Assert.Null(_first.Fault);
    }

    [Fact]
    public async Task Controllers_take_turns_and_what_is_no_address_is_left_out()
    {
        _options = _options with { Controllers = ["nonsense", Text(_first), "127.0.0.1:0", Text(_second)] };
        await _sender.StartingAsync(Cancel);

        await _second.WaitAsync("the fourth heartbeat", s_limit, static beat => beat.Sequence == 3, Cancel);

        Assert.Equal([0, 2], _first.Received.Select(beat => beat.Sequence).Take(2));
        Assert.Equal([1, 3], _second.Received.Select(beat => beat.Sequence).Take(2));
    }

    [Fact]
    public async Task A_controller_over_IPv6_and_one_by_name_are_reached()
    {
        using var sixth = HeartbeatCollector.Listen(null, new IPEndPoint(IPAddress.IPv6Loopback, 0), "key");
        _options = _options with { Controllers = [$"[::1]:{sixth.EndPoint.Port}", $"localhost:{_first.EndPoint.Port}"] };
        await _sender.StartingAsync(Cancel);

        await sixth.WaitAsync("a heartbeat over IPv6", s_limit, static beat => beat.Sequence == 0, Cancel);
    }

    [Fact]
    public async Task Options_that_change_hold_from_the_next_round_and_cost_no_heartbeat()
    {
        using var other = Listen("another key");
        var file = _folder.Write("agent.conf", Ini(_first, "key", 1));
        var live = new LiveOptions(AgentOptionsReader.Read([file], [], File.ReadAllText), () => AgentOptionsReader.Read([file], [], File.ReadAllText));
        _options = SliceOptions.Heartbeat(live.Current) with { BasePath = _folder.Path };
        await _sender.StartingAsync(Cancel);
        await _first.WaitAsync("two heartbeats", s_limit, static beat => beat.Sequence == 1, Cancel);

        _folder.Write("agent.conf", Ini(other, "another key", 2));
        live.Reload();
        _options = SliceOptions.Heartbeat(live.Current) with { BasePath = _folder.Path };
        await other.WaitAsync("two of the new options", s_limit, beat => other.Received.Count >= 2, Cancel);

        long[] all = [.. _first.Received.Concat(other.Received).Select(beat => beat.Sequence)];
        Assert.Equal(Enumerable.Range(0, all.Length).Select(number => (long)number), all);
        var gap = Stopwatch.GetElapsedTime(_first.Received[^1].At, other.Received[0].At);
        Assert.InRange(gap, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(3));
        Assert.Null(other.Fault);
    }

    [Fact]
    public async Task Without_the_keepalived_that_is_configured_no_heartbeat_goes_out()
    {
        _folder.Write("vrrp/octavia-keepalived.conf", "");
        await _sender.StartingAsync(Cancel);
        await Task.Delay(TimeSpan.FromSeconds(1.5), Cancel);
        var silent = _first.Received.Count;

        _folder.Write("vrrp/octavia-keepalived.pid", $"{Environment.ProcessId}\n");

        Assert.Equal(0, silent);
        await _first.WaitAsync("a heartbeat", s_limit, static beat => beat.Sequence == 0, Cancel);
    }

    [Fact]
    public async Task Without_controllers_nothing_happens_until_there_are_some()
    {
        _options = _options with { Controllers = [] };
        await _sender.StartingAsync(Cancel);
        await Task.Delay(TimeSpan.FromSeconds(1.2), Cancel);
        Assert.False(File.Exists(_folder["stats_counters.json"]));

        _options = _options with { Controllers = [Text(_first)] };

        await _first.WaitAsync("a heartbeat", s_limit, static beat => beat.Sequence == 0, Cancel);
        Assert.True(File.Exists(_folder["stats_counters.json"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.StopAsync(CancellationToken.None);
        _sender.Dispose();
        _traffic.Dispose();
        _post.Dispose();
        await _services.DisposeAsync();
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    private static HeartbeatCollector Listen(string key) => HeartbeatCollector.Listen(null, new IPEndPoint(IPAddress.Loopback, 0), key);

    private static string Text(HeartbeatCollector manager) => manager.EndPoint.ToString();

    private static string Ini(HeartbeatCollector manager, string key, int interval) => $"""
        [amphora_agent]
        amphora_id = 11111111-2222-4333-8444-555555555555
        [health_manager]
        controller_ip_port_list = {Text(manager)}
        heartbeat_interval = {interval}
        heartbeat_key = {key}
        """;
}
