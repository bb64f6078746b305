// Somebody at the socket: what differs is found, told, and put right or left.
using System.Net;
using Amphora.Agent.Apply;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Tests.Haproxy;
using Amphora.Fixtures.Members;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Apply;

public sealed class DriftWatchTests : IAsyncDisposable
{
    private const string Server = $"{HaproxyHost.PoolId}:{HaproxyHost.ListenerId}/m";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly HaproxyLive _live = new();
    private readonly HttpMember _member = HttpMember.Start("member", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly WriteQueue _queue = new();
    private readonly int _port = HaproxyHost.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "UP")]
    [InlineData(false, "MAINT")]
    public async Task A_member_that_was_switched_off_at_the_socket_serves_again_where_differences_are_repaired(bool isRepaired, string status)
    {
        await ApplyAsync();
        await TellAsync($"set server {Server} state maint");

        await LookAsync(isRepaired ? DriftAction.Repair : DriftAction.Report);

        Assert.StartsWith(status, (await _live.MemberAsync("m")).Status, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"set server {Server} check-port 1")]
    [InlineData($"disable frontend {HaproxyHost.ListenerId}")]
    [InlineData($"shutdown frontend {HaproxyHost.ListenerId}")]
    [InlineData("set maxconn global 7")]
    public async Task What_no_command_takes_back_is_taken_back_by_another_process(string command)
    {
        await ApplyAsync();
        var worker = await _live.WorkerAsync();
        await TellAsync(command);

        await LookAsync(DriftAction.Repair);

        Assert.NotEqual(worker, await _live.WorkerAsync());
        Assert.Equal("member", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task A_process_that_is_as_it_was_put_there_is_left_alone_and_one_that_was_killed_is_not_started()
    {
        await ApplyAsync();
        var worker = await _live.WorkerAsync();

        await LookAsync(DriftAction.Repair);
        Assert.Equal(worker, await _live.WorkerAsync());
        await _live.Services.StopAsync(_live.Host.Paths.Unit, Cancel);
        await LookAsync(DriftAction.Repair);

        await Assert.ThrowsAsync<HttpRequestException>(() => HaproxyLive.AskAsync(_port));
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.StopAsync(CancellationToken.None);
        _queue.Dispose();
        await _live.DisposeAsync();
        await _member.DisposeAsync();
    }

    private Task<HaproxyStep> ApplyAsync() => _live.ApplyAsync(_live.Host.Wanted(_live.Host.HttpConfig(_port, $"m {_member.EndPoint} check inter 60s")));

    private async Task LookAsync(DriftAction action)
    {
        await _queue.StartAsync(Cancel);
        var options = new ApplyOptions { BasePath = _live.Options.BasePath, Drift = action };
        var drift = new HaproxyDrift(_live.Options, _live.Reader, _live.Executor, Journal.JournalHost.None);
        using var watch = new DriftWatch(options, drift, _queue, TimeProvider.System, NullLogger<DriftWatch>.Instance);
        await watch.LookAsync(Cancel);
    }

    private async Task TellAsync(string command)
    {
        using var conversation = (await HaproxyConversation.OpenAsync(_live.Host.Paths.AdminSocket, s_limit, Cancel)).Value;
        Assert.True((await conversation.AskAsync(command, Cancel)).Ok);
    }
}
