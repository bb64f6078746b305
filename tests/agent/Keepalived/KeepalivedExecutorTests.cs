// Plans carried out on a real keepalived in a namespace.
using Amphora.Agent.Keepalived;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived;

public sealed class KeepalivedExecutorTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly TestNamespace _space = new("kx");
    private readonly ChildProcessServiceManager _services;
    private readonly KeepalivedOptions _options;

    public KeepalivedExecutorTests()
    {
        _space.Ip("link", "add", "eth1", "type", "veth", "peer", "name", "eth1p");
        _space.Ip("addr", "add", "10.0.0.1/24", "dev", "eth1");
        _space.Ip("link", "set", "eth1", "up");
        _space.Ip("link", "set", "eth1p", "up");
        _services = new ChildProcessServiceManager(
            new ServicesOptions { StateDirectory = _folder["state"] },
            new ChildServiceLog(NullLogger<ChildServiceLog>.Instance),
            TimeProvider.System);
        _options = new KeepalivedOptions { BasePath = _folder["base"], NetworkNamespace = _space.Name, AgentCommand = ["/bin/true"] };
    }

    [Fact]
    public async Task VRRP_brings_the_VIP_and_a_reload_changes_it_in_the_same_process()
    {
        await ApplyAsync(Wanted("10.0.0.3"));
        await UntilAddressAsync("10.0.0.3", there: true);
        var pid = await MainPidAsync();

        await ApplyAsync(Wanted("10.0.0.4"));
        await UntilAddressAsync("10.0.0.4", there: true);
        await UntilAddressAsync("10.0.0.3", there: false);

        Assert.NotNull(pid);
        Assert.Equal(pid, await MainPidAsync());
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_options.Paths.CheckScript));
    }

    [Fact]
    public async Task Removal_takes_the_VIP_and_every_file()
    {
        await ApplyAsync(Wanted("10.0.0.3"));
        await UntilAddressAsync("10.0.0.3", there: true);

        await ApplyAsync(Wanted(vip: null));

        await UntilAddressAsync("10.0.0.3", there: false);
        Assert.Empty(Directory.EnumerateFiles(_options.BasePath, "*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(_options.BasePath, "lb1")));
        Assert.Equal(ServiceState.Absent, await StateAsync());
    }

    [Fact]
    public async Task A_keepalived_that_ends_itself_is_a_failure_and_can_be_taken_back()
    {
        var wanted = Wanted("10.0.0.3");
        var bad = wanted with { VrrpConfig = wanted.VrrpConfig!.Replace("eth1", "eth9", StringComparison.Ordinal) };

        var outcome = await TryApplyAsync(bad);
        await ApplyAsync(Wanted(vip: null));

        Assert.Contains("octavia-keepalived.service", outcome.Failure!.Step, StringComparison.Ordinal);
        Assert.Contains("eth9", outcome.Failure.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_options.BasePath, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_reload_that_ends_keepalived_is_a_failure_and_the_earlier_configuration_comes_back()
    {
        var good = Wanted("10.0.0.3");
        await ApplyAsync(good);

        var outcome = await TryApplyAsync(good with { VrrpConfig = good.VrrpConfig!.Replace("eth1", "eth9", StringComparison.Ordinal) });
        await ApplyAsync(good);

        Assert.Equal("reload octavia-keepalived.service", outcome.Failure!.Step);
        Assert.Contains("eth9", outcome.Failure.Output, StringComparison.Ordinal);
        await UntilAddressAsync("10.0.0.3", there: true);
    }

    [Fact]
    public async Task A_change_that_was_cut_off_is_finished()
    {
        await ApplyAsync(Wanted("10.0.0.3"));
        var wanted = Wanted("10.0.0.4");
        File.WriteAllText(_options.Paths.ChangeMarker("lb1"), "octavia-keepalived.service\n");
        File.WriteAllText(_options.Paths.VrrpConfig, wanted.VrrpConfig);

        await ApplyAsync(wanted);

        await UntilAddressAsync("10.0.0.4", there: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.RemoveAsync(KeepalivedPaths.VrrpUnit, CancellationToken.None);
        await _services.DisposeAsync();
        _space.Dispose();
        _folder.Dispose();
    }

    private async Task<Outcome<ValueList<ActionTaken>>> TryApplyAsync(KeepalivedWanted wanted) =>
        await new KeepalivedExecutor(_options, _services).ExecuteAsync(await PlanAsync(wanted), TestContext.Current.CancellationToken);

    private async Task ApplyAsync(KeepalivedWanted wanted)
    {
        var outcome = await TryApplyAsync(wanted);
        Assert.True(outcome.Ok, $"{outcome.Failure?.Message}\n{outcome.Failure?.Output}");
        var proof = await PlanAsync(wanted);
        Assert.True(proof.IsEmpty, string.Join('\n', proof.Changes));
    }

    private async Task<KeepalivedPlan> PlanAsync(KeepalivedWanted wanted)
    {
        var running = await new KeepalivedReader(_options, _services).ReadAsync(wanted, TestContext.Current.CancellationToken);
        return KeepalivedPlanner.Plan(_options, running.Value, wanted);
    }

    private async Task<ServiceState> StateAsync() =>
        (await _services.ReadAsync(KeepalivedPaths.VrrpUnit, TestContext.Current.CancellationToken)).Value;

    private async Task<int?> MainPidAsync() => (await StateAsync()).MainPid;

    private async Task UntilAddressAsync(string address, bool there) => await Until.TrueAsync(
        $"{address} is {(there ? "" : "not ")}on eth1",
        s_limit,
        () => _space.Ip("addr", "show", "dev", "eth1").Contains($"{address}/", StringComparison.Ordinal) == there,
        TestContext.Current.CancellationToken);

    private KeepalivedWanted Wanted(string? vip) => new()
    {
        LoadBalancerId = "lb1",
        VrrpConfig = vip is null ? null : $$"""
            global_defs {
                script_user root
                enable_script_security
            }
            vrrp_script check_script {
                script {{_options.Paths.CheckScript}}
                interval 1
                fall 2
                rise 2
            }
            vrrp_instance lb1 {
                interface eth1
                virtual_router_id 1
                priority 100
                nopreempt
                accept
                advert_int 1
                unicast_src_ip 10.0.0.1
                unicast_peer {
                    10.0.0.2
                }
                virtual_ipaddress {
                    {{vip}}
                }
                track_script {
                    check_script
                }
            }

            """,
    };
}
