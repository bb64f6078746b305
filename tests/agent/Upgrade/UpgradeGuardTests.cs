// The guard with a real systemd and scripts in place of agents.
using Amphora.Agent.Upgrade;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Systemd;
using Amphora.Linux.SdBus;
using Xunit;

namespace Amphora.Agent.Tests.Upgrade;

public sealed class UpgradeGuardTests : IAsyncLifetime
{
    private const string Notify = """python3 -c 'import os,socket,sys,time;socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM).sendto(b"READY=1",os.environ["NOTIFY_SOCKET"]);time.sleep(float(sys.argv[1]))'""";

    private readonly UpgradeFolder _host = new();
    private UserSystemd _systemd = null!;
    private SystemdBus _bus = null!;
    private bool _wasReady;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private UpgradeGuard Guard => new(_host.Options, _host.Slots, _host.Store, new UpgradeTrial(_host.Options, _bus));

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_host.Options.Factory, $"#!/bin/sh\nexec {Notify} 1000\n", Cancellation);
        File.SetUnixFileMode(_host.Options.Factory, IncomingBinary.Everybody);
        _systemd = await UserSystemd.StartAsync(Cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(_systemd.Units, _host.Options.AgentUnit),
            $"[Unit]\nDefaultDependencies=no\n[Service]\nType=notify\nExecStart={_host.Options.Directory}/amphora-agent\nRestart=always\nRestartSec=5\n",
            Cancellation);
        _bus = new SystemdBus(_systemd.BusAddress, TimeSpan.FromSeconds(10));
        Confirmation.Open(_host.Options.Confirmation);
        Assert.Equal("done", await _bus.RunJobAsync("StartUnit", _host.Options.AgentUnit, TimeSpan.FromSeconds(30), Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _systemd.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task One_that_answers_a_request_is_confirmed()
    {
        var sha256 = await _host.AddAsync($"#!/bin/sh\nbasename $(dirname $(readlink -f $0)) | tr -d '\\n' >{_host.Options.Confirmation}\nexec {Notify} 1000\n", Cancellation);

        var upgrade = await RunAsync(UpgradeFolder.Upgrade(sha256));

        Assert.Equal((UpgradeState.Confirmed, null), (upgrade.State, upgrade.Reason));
        Assert.Equal(sha256, _host.Slots.Current);
        // This script answers before it says that it is ready.
        await Until.TrueAsync("the unit is active", TimeSpan.FromSeconds(20), async () => await StateAsync() == "active", Cancellation);
    }

    [Theory]
    [InlineData("exit 7", "exit-code")]
    [InlineData("exec sleep 1000", "it was not ready within 2 s")]
    [InlineData("exec " + Notify + " 1000", "it has answered no request within 2 s")]
    [InlineData("exec " + Notify + " 0.5", "systemd says")]
    public async Task One_that_does_not_is_rolled_back(string script, string reason)
    {
        var sha256 = await _host.AddAsync($"#!/bin/sh\n{script}\n", Cancellation);

        var upgrade = await RunAsync(UpgradeFolder.Upgrade(sha256, confirmWithin: 2));

        Assert.Equal(UpgradeState.RolledBack, upgrade.State);
        Assert.Contains(reason, upgrade.Reason, StringComparison.Ordinal);
        Assert.Equal("factory", _host.Slots.Current);
        Assert.False(File.Exists(_host.Slots.PathOf(sha256)));
        Assert.Equal("active", await StateAsync());
    }

    [Fact]
    public async Task After_a_reboot_the_one_before_is_back_before_anything_starts()
    {
        var sha256 = await _host.AddAsync("#!/bin/sh\nexit 7\n", Cancellation);
        _host.Slots.Point(sha256);

        File.Delete(_host.Options.Confirmation);

        var upgrade = await RunAsync(UpgradeFolder.Upgrade(sha256));

        Assert.Equal((UpgradeState.RolledBack, "factory"), (upgrade.State, _host.Slots.Current));
    }

    [Fact]
    public async Task A_guard_that_was_killed_is_followed_by_one_that_goes_on()
    {
        var sha256 = await _host.AddAsync("#!/bin/sh\nexit 7\n", Cancellation);
        _host.Slots.Point(sha256);
        await File.WriteAllTextAsync(_host.Options.Confirmation, sha256, Cancellation);

        // Confirmed, and not written down: nothing is restarted for that.
        var upgrade = await RunAsync(UpgradeFolder.Upgrade(sha256));

        Assert.Equal((UpgradeState.Confirmed, sha256), (upgrade.State, _host.Slots.Current));
    }

    [Fact]
    public async Task A_mark_without_an_upgrade_is_removed()
    {
        _host.Store.Begin(UpgradeFolder.Upgrade("0000"));
        _host.Store.Undo(null);

        await Guard.RunAsync(() => _wasReady = true, Cancellation);

        Assert.True(_wasReady);
        Assert.Equal(["amphora-agent"], _host.Files);
    }

    private async Task<AgentUpgrade> RunAsync(AgentUpgrade upgrade)
    {
        _host.Store.Begin(upgrade);
        Assert.Contains("upgrade-unfinished", _host.Files);

        await Guard.RunAsync(() => _wasReady = true, Cancellation);

        Assert.True(_wasReady);
        Assert.DoesNotContain("upgrade-unfinished", _host.Files);
        return _host.Store.Read()!;
    }

    private async Task<string> StateAsync() => (await _bus.ReadAsync(_host.Options.AgentUnit, Cancellation)).ActiveState;
}
