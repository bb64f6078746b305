// Uploaded texts on their way to a HAProxy that runs: which of them the lint sees, and which not again.
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Contract;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Uploaded;

public sealed class UploadedHaproxyTests : IAsyncDisposable
{
    private const string Foreign = "    http-response set-header X-Operator ours\n";

    private readonly HaproxyLive _live = new();
    private readonly int _port = HaproxyHost.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HaproxyPaths Paths => _live.Host.Paths;

    [Fact]
    public async Task A_text_the_lint_refuses_is_kept_beside_and_HAProxy_is_not_asked()
    {
        var uploaded = Uploaded(_live.Options with { HaproxyCommand = "/nowhere/haproxy" });

        var failure = await uploaded.StoreAsync(Wanted(Text(members: 1) + Foreign), Cancel);

        Assert.Equal((FailureKind.Refused, "lint"), (failure!.Kind, failure.Tool));
        Assert.Equal(Text(members: 1) + Foreign, await File.ReadAllTextAsync(Paths.RefusedConfig, Cancel));
        Assert.False(uploaded.Exists(HaproxyHost.LoadBalancerId));
    }

    [Fact]
    public async Task A_text_that_is_had_without_a_new_process_is_linted_all_the_same()
    {
        var uploaded = Uploaded(_live.Options);
        await StoreAndStartAsync(uploaded, Text(members: 1));
        var other = Uploaded(_live.Options with { HaproxyCommand = "/nowhere/haproxy" });

        var accepted = await other.StoreAsync(Wanted(Text(members: 2)), Cancel);
        var refused = await other.StoreAsync(Wanted(Text(members: 3).Replace(" weight 1", " weight 1 # free", StringComparison.Ordinal)), Cancel);

        Assert.True(accepted is null, accepted?.Message);
        Assert.Equal((FailureKind.Refused, "lint"), (refused!.Kind, refused.Tool));
        Assert.Equal(Text(members: 2), System.Text.Encoding.UTF8.GetString(other.Read(HaproxyHost.LoadBalancerId)!));
    }

    [Fact]
    public async Task What_was_let_in_with_a_warning_runs_and_is_put_back_after_the_lint_was_told_to_refuse()
    {
        await StoreAndStartAsync(Uploaded(_live.Options with { Lint = LintMode.Warn }), Text(members: 1) + Foreign);
        var uploaded = Uploaded(_live.Options);

        var reloaded = await uploaded.ReloadAsync(HaproxyHost.LoadBalancerId, HaproxyHost.LocalPeer, Cancel);
        var other = await uploaded.StoreAsync(Wanted(Text(members: 2)), Cancel);
        var again = await uploaded.StoreAsync(Wanted(Text(members: 1) + Foreign), Cancel);
        var putBack = await uploaded.StoreAgainAsync(Wanted(Text(members: 1) + Foreign), Cancel);

        Assert.True(reloaded.Failure is null, reloaded.Failure?.Message);
        Assert.True(other is null, other?.Message);
        Assert.Equal("lint", again!.Tool);
        Assert.True(putBack is null, putBack?.Message);
        Assert.Equal(Text(members: 1) + Foreign, System.Text.Encoding.UTF8.GetString(uploaded.Read(HaproxyHost.LoadBalancerId)!));
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    private static async Task StoreAndStartAsync(UploadedHaproxy uploaded, string text)
    {
        var wanted = Wanted(text);
        var failure = await uploaded.StoreAsync(wanted, Cancel)
            ?? await uploaded.InstallAsync(wanted)
            ?? (await uploaded.StartAsync(HaproxyHost.LoadBalancerId, HaproxyHost.LocalPeer, Cancel)).Failure;
        Assert.True(failure is null, $"{failure?.Message}\n{failure?.Output}");
    }

    private static HaproxyWanted Wanted(string text) =>
        new() { LoadBalancerId = HaproxyHost.LoadBalancerId, Config = text, LocalPeer = HaproxyHost.LocalPeer };

    private UploadedHaproxy Uploaded(HaproxyOptions options) => new(
        options, new UploadCheck(options, new HaproxyCheck(options), NullLogger<UploadCheck>.Instance), _live.Reader, _live.Executor, _live.Services);

    // What a stock controller uploads for one listener and one pool, which is the last section.
    private string Text(int members) => $"""
        global
            daemon
            user nobody
            stats socket {Paths.Socket} mode 0666 level user
            server-state-file {Paths.ServersState}
            maxconn 100

        defaults
            retries 3
            option redispatch

        frontend {HaproxyHost.ListenerId}
            bind 127.0.0.1:{_port}
            mode http
            default_backend {HaproxyHost.PoolId}:{HaproxyHost.ListenerId}
            timeout client 5000

        backend {HaproxyHost.PoolId}:{HaproxyHost.ListenerId}
            mode http
            balance roundrobin
            load-server-state-from-file global
            timeout connect 1000
            timeout server 5000
        {string.Join('\n', Enumerable.Range(1, members).Select(number => $"    server 22222222-2222-4333-8444-00000000010{number} 127.0.0.1:1 weight 1"))}

        """;
}
