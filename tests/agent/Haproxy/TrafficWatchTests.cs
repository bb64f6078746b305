// Traffic of a real HAProxy, across reloads with connections that outlive them.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Agent.Health.Heartbeats;
using Amphora.Contract;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class TrafficWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly HaproxyLive _live = new();
    private readonly HttpMember _member = HttpMember.Start("member", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _port = HaproxyHost.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frontends_backends_and_members_are_told_with_their_figures()
    {
        await ApplyAsync($"up {_member.EndPoint} check inter 100ms rise 1", $"drained {_member.EndPoint} weight 0", $"off {_member.EndPoint} disabled");
        await HaproxyLive.AskAsync(_port);
        using var watch = NewWatch();

        // HAProxy counts a connection's bytes when its stream ends, a moment after the client has the answer.
        var with = (await watch.ReadAsync(withMembers: true, Cancel)).Value.Current;
        await Until.TrueAsync(
            "the request is counted",
            s_limit,
            async () => (with = (await watch.ReadAsync(withMembers: true, Cancel)).Value.Current).Listeners is [{ Counters.BytesOut: > 0 }],
            Cancel);
        var without = (await watch.ReadAsync(withMembers: false, Cancel)).Value.Current;

        var listener = Assert.Single(with.Listeners);
        Assert.Equal((HaproxyHost.ListenerId, "OPEN"), (listener.Id, listener.Status));
        Assert.True(listener.Counters is { BytesIn: > 0, BytesOut: > 0, Connections: 1, RequestErrors: 0 });
        var pool = Assert.Single(with.Pools);
        Assert.Equal(($"{HaproxyHost.PoolId}:{HaproxyHost.ListenerId}", "UP"), (pool.Key, pool.Status));
        Assert.Equal(["up", "drained", "off"], pool.Members.Select(member => member.Id));
        Assert.Equal("MAINT", pool.Members[2].Status);
        Assert.Equal(pool with { Members = [] }, Assert.Single(without.Pools));
    }

    [Fact]
    public async Task What_a_connection_transfers_after_the_reload_that_replaced_its_process_is_counted()
    {
        var book = new TrafficBook();
        using var watch = NewWatch();
        await ApplyAsync($"one {_member.EndPoint}");
        await ObserveAsync(watch, book);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, Cancel);
        await RequestAsync(client);

        await ApplyAsync($"one {_member.EndPoint}", $"two {_member.EndPoint} backup");
        await ObserveAsync(watch, book);
        await HaproxyLive.AskAsync(_port);
        for (var request = 0; request < 9; request++)
        {
            await RequestAsync(client);
        }

        client.Close();
        LoadBalancerTraffic? traffic = null;
        await Until.TrueAsync("the replaced process has ended its connection", s_limit, async () => (traffic = await ObserveAsync(watch, book)).Leaving.Count == 0, Cancel);

        // Two connections, eleven requests; the one process counted one connection with ten of them.
        Assert.Equal(2, book.Total(HaproxyHost.ListenerId).Connections);
        var alone = traffic!.Current.Listeners[0].Counters;
        Assert.Equal(1, alone.Connections);
        Assert.True(book.Total(HaproxyHost.ListenerId).BytesOut > 8 * alone.BytesOut, $"{book.Total(HaproxyHost.ListenerId)} beside {alone}");
    }

    [Fact]
    public async Task A_replaced_process_may_go_when_only_we_are_connected()
    {
        using var watch = NewWatch();
        await ApplyAsync($"one {_member.EndPoint}");
        await watch.ReadAsync(withMembers: false, Cancel);
        var replaced = await _live.WorkerAsync();

        await ApplyAsync($"one {_member.EndPoint}", $"two {_member.EndPoint} backup");
        await watch.ReadAsync(withMembers: false, Cancel);

        await Until.TrueAsync("the replaced process is gone", s_limit, () => !Directory.Exists($"/proc/{replaced}"), Cancel);
    }

    [Fact]
    public async Task A_load_balancer_without_HAProxy_says_nothing_and_speaks_again_when_it_is_back()
    {
        using var watch = NewWatch();
        await ApplyAsync($"one {_member.EndPoint}");
        await watch.ReadAsync(withMembers: false, Cancel);

        await _live.Services.StopAsync(_live.Host.Paths.Unit, Cancel);
        var gone = await watch.ReadAsync(withMembers: false, Cancel);
        await _live.Services.StartAsync(_live.Host.Paths.Unit, Cancel);
        var back = await watch.ReadAsync(withMembers: false, Cancel);

        Assert.False(gone.Ok);
        Assert.True(back.Ok, back.Failure?.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _member.DisposeAsync();
    }

    private static async Task<LoadBalancerTraffic> ObserveAsync(TrafficWatch watch, TrafficBook book)
    {
        var traffic = await watch.ReadAsync(withMembers: false, Cancel);
        Assert.True(traffic.Ok, traffic.Failure?.Message);
        new AmphoraReading([traffic.Value], []).Enter(book);
        return traffic.Value;
    }

    // One answer of a keep-alive connection, read to its last byte.
    private static async Task RequestAsync(TcpClient client)
    {
        var stream = client.GetStream();
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Cancel);
        var buffer = new byte[4096];
        var answer = "";
        while (!answer.EndsWith("member\n", StringComparison.Ordinal) && !answer.EndsWith("member", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, Cancel);
            Assert.NotEqual(0, count);
            answer += System.Text.Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    private TrafficWatch NewWatch() => new(_live.Host.Paths, TimeSpan.FromSeconds(2));

    private Task ApplyAsync(params string[] members) => _live.ApplyAsync(_live.Host.Wanted(
        // A TCP listener: of HTTP connections HAProxy ends those at once that wait for another request.
        _live.Host.HttpConfig(_port, members).Replace("mode http", "mode tcp", StringComparison.Ordinal)));
}
