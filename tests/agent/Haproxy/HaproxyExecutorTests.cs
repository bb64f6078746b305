// Plans carried out on a real HAProxy with real members.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Amphora.Agent.Haproxy;
using Amphora.Contract;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class HaproxyExecutorTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly HaproxyLive _live = new();
    private readonly HttpMember _first = HttpMember.Start("first", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly HttpMember _second = HttpMember.Start("second", null, new IPEndPoint(IPAddress.Loopback, 0));
    private readonly int _port = HaproxyHost.FreePort();

    private HaproxyHost Host => _live.Host;

    [Fact]
    public async Task The_first_configuration_is_served_when_the_answer_comes()
    {
        var step = await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first), At("m2", _second))));

        Assert.Equal(HaproxyStep.Start, step);
        Assert.Equal(["first", "second"], new[] { await HaproxyLive.AskAsync(_port), await HaproxyLive.AskAsync(_port) }.Order());
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Host.Paths.Config));
    }

    [Fact]
    public async Task A_removed_member_gets_no_request_after_the_answer()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first), At("m2", _second))));

        var step = await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first))));

        Assert.Equal(HaproxyStep.Change, step);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("first", await HaproxyLive.AskAsync(_port));
        }
    }

    [Fact]
    public async Task No_request_fails_while_it_is_reloaded()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first))));
        using var enough = new CancellationTokenSource();
        var client = Task.Run(() => AskUntilAsync(enough.Token), TestContext.Current.CancellationToken);

        for (var weight = 2; weight < 6; weight++)
        {
            await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, $"{At("m1", _first)} weight {weight}")));
        }

        await enough.CancelAsync();
        Assert.True(await client > 0);
    }

    [Fact]
    public async Task A_new_process_knows_which_members_are_down()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(
            _port, $"{At("m1", _first)} check inter 100ms fall 1", $"{At("m2", _second)} check inter 100ms fall 1")));
        _second.Stop();
        await UntilStatusAsync("m2", "DOWN");

        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(
            _port, $"{At("m1", _first)} check inter 60s fall 1", $"{At("m2", _second)} check inter 60s fall 1")));

        Assert.Equal("DOWN", (await _live.MemberAsync("m2")).Status);
        Assert.Equal(["first", "first"], new[] { await HaproxyLive.AskAsync(_port), await HaproxyLive.AskAsync(_port) });
    }

    [Fact]
    public async Task A_member_that_moved_to_another_port_is_found_there()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, $"{At("m1", _first)} check inter 100ms")));

        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, $"{At("m1", _second)} check inter 100ms")));

        Assert.Equal("second", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task A_member_that_is_switched_on_serves_at_once()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, $"{At("m1", _first)} check inter 60s disabled")));
        Assert.Equal("MAINT", (await _live.MemberAsync("m1")).Status);

        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, $"{At("m1", _first)} check inter 60s")));

        Assert.Equal("first", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task A_reload_that_fails_is_told_and_the_earlier_configuration_comes_back()
    {
        var good = Host.Wanted(Host.HttpConfig(_port, At("m1", _first)));
        await _live.ApplyAsync(good);
        var worker = await _live.WorkerAsync();
        using var taken = TakePort();

        // A name, which only HAProxy itself looks up: what has an address is asked for before (BindProbe).
        var config = Host.HttpConfig(PortOf(taken), At("m1", _first)).Replace("bind 127.0.0.1:", "bind localhost:", StringComparison.Ordinal);
        var outcome = await _live.TryApplyAsync(Host.Wanted(config));
        var afterFailure = await HaproxyLive.AskAsync(_port);
        var workerAfterFailure = await _live.WorkerAsync();
        var step = await _live.ApplyAsync(good);

        Assert.Contains("reload", outcome.Failure!.Step, StringComparison.Ordinal);
        Assert.Contains("Address already in use", outcome.Failure.Output, StringComparison.Ordinal);
        Assert.Equal(("first", worker), (afterFailure, workerAfterFailure));
        Assert.Equal(HaproxyStep.Reload, step);
        Assert.Equal("first", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task A_port_somebody_else_has_is_told_before_a_reload_that_would_cost_requests()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first))));
        var before = Host.Everything();
        var worker = await _live.WorkerAsync();
        using var taken = TakePort();
        using var enough = new CancellationTokenSource();
        var client = Task.Run(() => AskUntilAsync(enough.Token), TestContext.Current.CancellationToken);

        var outcome = await _live.TryApplyAsync(Host.Wanted(Host.HttpConfig(PortOf(taken), At("m1", _first))));
        await enough.CancelAsync();

        Assert.Contains($"cannot bind 127.0.0.1:{PortOf(taken)}: Address already in use", outcome.Failure!.Message, StringComparison.Ordinal);
        Assert.True(await client > 0);
        Assert.Equal(worker, await _live.WorkerAsync());
        Assert.Equal(before, Host.Everything());
    }

    [Fact]
    public async Task An_address_that_cannot_be_bound_because_of_the_kernels_setting_names_the_setting()
    {
        await using var space = await TestNamespace.CreateAsync("bind", TestContext.Current.CancellationToken);
        await using HaproxyLive live = new(space.Name);
        var config = live.Host.HttpConfig(_port, At("m1", _first)).Replace("bind 127.0.0.1:", "bind 192.0.2.1:", StringComparison.Ordinal);

        var refused = await live.TryApplyAsync(live.Host.Wanted(config));
        space.Run("sysctl", "-q", "net.ipv4.ip_nonlocal_bind=1");
        var step = await live.ApplyAsync(live.Host.Wanted(config));
        space.Run("sysctl", "-q", "net.ipv4.ip_nonlocal_bind=0");
        var reload = await live.TryApplyAsync(live.Host.Wanted(config + "# changed\n"));

        Assert.Contains("cannot bind 192.0.2.1", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.ip_nonlocal_bind is 0", refused.Failure.Message, StringComparison.Ordinal);
        Assert.NotEqual(HaproxyStep.None, step);
        Assert.Contains("net.ipv4.ip_nonlocal_bind is 0", reload.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_is_told_and_can_be_taken_back()
    {
        using var taken = TakePort();

        var outcome = await _live.TryApplyAsync(Host.Wanted(Host.HttpConfig(PortOf(taken), At("m1", _first))));
        var step = await _live.ApplyAsync(Host.Wanted(config: null));

        Assert.Contains("start", outcome.Failure!.Step, StringComparison.Ordinal);
        Assert.Equal(HaproxyStep.Remove, step);
        Assert.Equal([Host.Options.UserGroupFile], Host.Everything().Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task Another_peer_name_starts_another_process()
    {
        var wanted = Host.Wanted(Host.HttpConfig(_port, At("m1", _first)));
        await _live.ApplyAsync(wanted);

        var step = await _live.ApplyAsync(wanted with { LocalPeer = "another" });

        Assert.Equal(HaproxyStep.Restart, step);
        Assert.Equal("first", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task Files_of_a_change_that_was_cut_off_come_into_force()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first))));
        var wanted = Host.Wanted(Host.HttpConfig(_port, At("m2", _second)));
        File.WriteAllText(Host.Paths.ChangeMarker, "");
        File.WriteAllText(Host.Paths.Config, wanted.Config);

        var step = await _live.ApplyAsync(wanted);

        Assert.Equal(HaproxyStep.Reload, step);
        Assert.Equal("second", await HaproxyLive.AskAsync(_port));
        Assert.Equal(
            [$"{HaproxyHost.LoadBalancerId}.pid", "certificates-loaded", "haproxy.cfg", "servers-state", "uploaded.cfg"],
            Directory.EnumerateFileSystemEntries(Host.Paths.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_without_a_process_are_enough_to_start_it()
    {
        var wanted = Host.Wanted(Host.HttpConfig(_port, At("m1", _first)));
        Directory.CreateDirectory(Host.Paths.Directory);
        File.WriteAllText(Host.Paths.Config, wanted.Config);

        var step = await _live.ApplyAsync(wanted);

        Assert.Equal(HaproxyStep.Start, step);
        Assert.Equal("first", await HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task Removal_leaves_nothing_but_what_others_own()
    {
        await _live.ApplyAsync(Host.Wanted(Host.TlsConfig(_port), Host.NewCertificate("a.example")));
        await _live.ApplyAsync(Host.Wanted(Host.TlsConfig(_port), Host.NewCertificate("b.example")));
        var generation = Path.Combine(Host.Paths.Directory, "generation");
        File.WriteAllText(generation, "7");

        var step = await _live.ApplyAsync(Host.Wanted(config: null));

        Assert.Equal(HaproxyStep.Remove, step);
        Assert.Equal([generation], Directory.EnumerateFileSystemEntries(Host.Paths.Directory));
        Assert.False(File.Exists(Host.Paths.Socket));
        Assert.False(File.Exists(Host.Paths.CrtList(HaproxyHost.ListenerId)));
        Assert.Equal(2, Directory.GetFiles(Host.Paths.Certificates).Length);
        Assert.Equal(Agent.Services.ServiceState.Absent, (await _live.Services.ReadAsync(Host.Paths.Unit, TestContext.Current.CancellationToken)).Value);
        await Assert.ThrowsAsync<HttpRequestException>(() => HaproxyLive.AskAsync(_port));
    }

    [Fact]
    public async Task A_request_that_was_given_up_before_the_first_rename_changes_nothing()
    {
        await _live.ApplyAsync(Host.Wanted(Host.HttpConfig(_port, At("m1", _first))));
        var plan = await _live.PlanAsync(Host.Wanted(Host.HttpConfig(_port, At("m2", _second))));
        var before = Host.Everything();
        var executor = new HaproxyExecutor(_live.Options, _live.Services, _live.Runtime, Journal.JournalHost.None, NullLogger<HaproxyExecutor>.Instance);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executor.ExecuteAsync(plan, new CancellationToken(canceled: true)));

        Assert.Equal(before, Host.Everything());
        Assert.Equal("first", await HaproxyLive.AskAsync(_port));
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private static string At(string name, Member member) => $"{name} {member.EndPoint}";

    // A member's socket would not do: it shares its port with whoever asks for SO_REUSEPORT too, as HAProxy does.
    private static Socket TakePort()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private async Task<int> AskUntilAsync(CancellationToken enough)
    {
        var asked = 0;
        do
        {
            Assert.Equal("first", await HaproxyLive.AskAsync(_port));
            asked++;
        }
        while (!enough.IsCancellationRequested);

        return asked;
    }

    private async Task UntilStatusAsync(string member, string status) => await Until.TrueAsync(
        $"{member} is {status}", s_limit, async () => (await _live.MemberAsync(member)).Status == status, TestContext.Current.CancellationToken);
}
