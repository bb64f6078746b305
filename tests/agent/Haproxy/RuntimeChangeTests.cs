// Changes of members while HAProxy runs: no other process, and what runs is what a fresh process would be.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class RuntimeChangeTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly HaproxyLive _live = new();
    private readonly HttpMember _first = HttpMember.Start("first", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly HttpMember _second = HttpMember.Start("second", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _port = HaproxyHost.FreePort();

    private HaproxyHost Host => _live.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_joins_leaves_and_comes_back_without_another_process()
    {
        await ApplyAsync(At("m1", _first));
        var worker = await _live.WorkerAsync();

        Assert.Equal(HaproxyStep.Change, await ApplyAsync(At("m1", _first), At("m2", _second)));
        Assert.Equal(["first", "second"], await AskTwiceAsync());
        Assert.Equal(HaproxyStep.Change, await ApplyAsync(At("m2", _second)));
        Assert.Equal(["second", "second"], await AskTwiceAsync());
        Assert.Equal(HaproxyStep.Change, await ApplyAsync(At("m1", _first), At("m2", _second)));
        Assert.Equal(["first", "second"], await AskTwiceAsync());

        Assert.Equal(worker, await _live.WorkerAsync());
    }

    [Fact]
    public async Task A_member_that_moves_is_asked_at_its_new_place_also_by_connections_that_were_kept()
    {
        await ApplyAsync(At("m1", _first));
        using var client = TrafficClient.Create(from: null, keepAlive: true);
        Assert.Equal("first", await AskAsync(client, _port));

        Assert.Equal(HaproxyStep.Change, await ApplyAsync(At("m1", _second)));

        Assert.Equal("second", await AskAsync(client, _port));
    }

    [Theory]
    [InlineData("", "weight 7")]
    [InlineData("weight 7", "weight 0")]
    [InlineData("", "disabled")]
    [InlineData("disabled", "")]
    [InlineData("check inter 1s", "check inter 1s port 1")]
    [InlineData("check inter 1s port 1 addr 127.0.0.9", "check inter 1s")]
    public async Task What_can_be_set_is_set_and_stays_after_a_restart(string before, string after)
    {
        await ApplyAsync($"{At("m1", _first)} {before}", $"{At("m2", _second)} {before}");

        var step = await ApplyAsync($"{At("m1", _first)} {after}", $"{At("m2", _second)} {before}");

        Assert.Equal(HaproxyStep.Change, step);
        await AssertAsFreshAsync();
    }

    [Theory]
    [InlineData("backup", "no free server like it")]
    [InlineData("send-proxy", "no free server like it")]
    public async Task What_cannot_be_set_needs_another_process_and_says_why(string option, string reason)
    {
        await ApplyAsync(At("m1", _first));
        var wanted = Host.Wanted(Host.HttpConfig(_port, At("m1", _first), $"{At("m2", _second)} {option}"));

        var plan = await _live.PlanAsync(wanted);

        Assert.Equal(HaproxyStep.Reload, plan.Step);
        Assert.Contains(reason, Assert.Single(plan.Reasons), StringComparison.Ordinal);
        Assert.Equal(HaproxyStep.Reload, await _live.ApplyAsync(wanted));
    }

    [Fact]
    public async Task More_members_than_there_are_free_servers_need_another_process_and_have_new_free_servers_then()
    {
        await ApplyAsync(At("m1", _first));

        Assert.Equal(HaproxyStep.Reload, await ApplyAsync([.. Enumerable.Range(1, 12).Select(number => At($"m{number}", _first))]));
        Assert.Equal(HaproxyStep.Change, await ApplyAsync([.. Enumerable.Range(1, 20).Select(number => At($"m{number}", _first))]));
    }

    [Fact]
    public async Task Figures_are_those_of_the_members_whatever_their_servers_are_called()
    {
        await ApplyAsync(At("m1", _first));
        await ApplyAsync(At("m2", _second));
        await HaproxyLive.AskAsync(_port);

        var statistics = (await _live.Runtime.ShowStatAsync(HaproxyHost.LoadBalancerId, Cancel)).Value;

        Assert.Equal(["BACKEND", "m2"], statistics.Rows.Where(row => row.Proxy.Contains(':', StringComparison.Ordinal)).Select(row => row.Server).Order());
        Assert.Equal(1, (await _live.MemberAsync("m2")).TotalSessions);
    }

    [Fact]
    public async Task A_server_somebody_changed_at_the_socket_is_found_and_put_right()
    {
        var wanted = Host.Wanted(Host.HttpConfig(_port, At("m1", _first)));
        await _live.ApplyAsync(wanted);
        await TellAsync($"set server {Backend}/m1 state maint");

        var plan = await _live.PlanAsync(wanted);

        Assert.Equal([$"server m1 of backend {Backend}: in maintenance, shall serve"], plan.Changes);
        Assert.Equal(HaproxyStep.Change, await _live.ApplyAsync(wanted));
        Assert.Equal("first", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task What_cannot_be_proven_is_reloaded()
    {
        var wanted = Host.Wanted(Host.HttpConfig(_port, $"{At("m1", _first)} check inter 1s"));
        await _live.ApplyAsync(wanted);
        var worker = await _live.WorkerAsync();
        // There is no command that takes it back.
        await TellAsync($"set server {Backend}/m1 check-port 1");

        var step = await _live.ApplyAsync(wanted);

        Assert.Equal(HaproxyStep.Change, step);
        Assert.NotEqual(worker, await _live.WorkerAsync());
        await AssertAsFreshAsync();
    }

    [Fact]
    public async Task A_server_whose_connections_last_is_not_given_to_another_member()
    {
        await ApplyTcpAsync(At("m1", _first));
        await ApplyTcpAsync(At("m2", _second));
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, Cancel);
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), Cancel);
            Assert.True(await client.GetStream().ReadAsync(new byte[1], Cancel) > 0);
            await ApplyTcpAsync(At("m1", _first));

            Assert.Equal("slot-2", await SeatOfAsync("m3"));
        }

        await Until.TrueAsync("the server is idle", s_limit, async () => await SeatOfAsync("m3") == "slot-1", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private static string Backend => $"{HaproxyHost.PoolId}:{HaproxyHost.ListenerId}";

    private static string At(string name, Member member) => $"{name} {member.EndPoint}";

    private Task<HaproxyStep> ApplyAsync(params string[] members) => _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, members)));

    private async Task<IReadOnlyList<string>> AskTwiceAsync() => [.. new[] { await HaproxyLive.AskAsync(_port), await HaproxyLive.AskAsync(_port) }.Order()];

    private static async Task<string> AskAsync(HttpClient client, int port) => (await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), Cancel)).Trim();

    private Task<HaproxyStep> ApplyTcpAsync(params string[] members) => _live.ApplyAsync(Host.Wanted(TcpConfig(members)));

    private string TcpConfig(params string[] members) => Host.HttpConfig(_port, members).Replace("mode http", "mode tcp", StringComparison.Ordinal);

    // The server another member would get beside m1.
    private async Task<string> SeatOfAsync(string member)
    {
        var plan = await _live.PlanAsync(Host.Wanted(TcpConfig(At("m1", _first), At(member, _second))));
        return plan.Text!.Backend(Backend)!.Slots.Single(slot => slot.Use == SlotUse.Member && slot.MemberId == member).Name;
    }

    private async Task TellAsync(string command)
    {
        var opened = await HaproxyConversation.OpenAsync(Host.Paths.AdminSocket, s_limit, Cancel);
        using var conversation = opened.Value;
        Assert.True((await conversation.AskAsync(command, Cancel)).Ok);
    }

    private async Task AssertAsFreshAsync() => Assert.Equal(await FreshHaproxy.ReadServersAsync(_live, Cancel), await FreshHaproxy.ReadServersAsync(Host.Paths, Cancel));
}
