// A worker that a reload replaced is reported with its connections, and watched until it has ended.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class ReplacedWorkersTests : IAsyncDisposable
{
    private readonly HaproxyLive _live = new();
    private readonly HttpMember _member = HttpMember.Start("member", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Clock _clock = new();
    private readonly Said _said = new();
    private readonly int _port = HaproxyHost.FreePort();
    private readonly ReplacedWorkers _watch;

    public ReplacedWorkersTests() => _watch = new ReplacedWorkers(_live.Options, _live.Services, _live.Runtime, _clock, _said);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_leaves_with_a_number_of_connections_and_its_end_is_told()
    {
        await ApplyAsync(timeout: 5000);
        int worker = await _live.WorkerAsync();
        using (TcpClient client = await ConnectAsync())
        {
            var taken = await ApplyAsync(timeout: 6000);
            await _watch.LookAsync(Cancel);

            Assert.Contains(taken, action => action.Action == "leave" && action.Target == $"process {worker} with 1 connections");
            Assert.Empty(_said.Lines);
        }

        _clock.Now += TimeSpan.FromSeconds(7);
        await Until.TrueAsync("its end is told", TimeSpan.FromSeconds(20), async () =>
        {
            await _watch.LookAsync(Cancel);
            return _said.Lines.Count > 0;
        }, Cancel);
        Assert.Equal((LogLevel.Information, $"load balancer {HaproxyHost.LoadBalancerId}: HAProxy's replaced worker {worker} has ended, 7 s after it was seen"), _said.Lines[0]);
    }

    [Fact]
    public async Task One_that_outlives_its_limit_is_told_once()
    {
        await ApplyAsync(timeout: 5000);
        using TcpClient client = await ConnectAsync();
        await ApplyAsync(timeout: 6000);
        await _watch.LookAsync(Cancel);

        _clock.Now += TimeSpan.FromDays(4);
        await _watch.LookAsync(Cancel);
        await _watch.LookAsync(Cancel);

        Assert.Equal(LogLevel.Warning, Assert.Single(_said.Lines).Level);
    }

    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _live.DisposeAsync();
        await _member.DisposeAsync();
    }

    private async Task<IReadOnlyList<ActionTaken>> ApplyAsync(int timeout)
    {
        var config = _live.Host.HttpConfig(_port, $"m1 {_member.EndPoint}")
            .Replace("mode http", "mode tcp", StringComparison.Ordinal)
            .Replace("timeout server 5000", $"timeout server {timeout}", StringComparison.Ordinal)
            .Replace("timeout client 5000", "timeout client 1h", StringComparison.Ordinal);
        var outcome = await _live.TryApplyAsync(_live.Host.Wanted(config));
        Assert.True(outcome.Ok, outcome.Failure?.Message);
        return outcome.Value;
    }

    // Half an answer keeps the connection in use.
    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, _port, Cancel);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Cancel);
        Assert.True(await client.GetStream().ReadAsync(new byte[1], Cancel) > 0);
        return client;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Said : ILogger<ReplacedWorkers>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
