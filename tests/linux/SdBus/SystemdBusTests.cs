// The client of systemd against a real one.
using Amphora.Fixtures;
using Amphora.Fixtures.Systemd;
using Amphora.Linux.Native;
using Amphora.Linux.SdBus;
using Xunit;

namespace Amphora.Linux.Tests.SdBus;

public sealed class SystemdBusTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private UserSystemd _systemd = null!;
    private SystemdBus _bus = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _systemd = await UserSystemd.StartAsync(Cancellation);
        _bus = new SystemdBus(_systemd.BusAddress, Limit);
        Write("good.service", "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=sleep 1000\nExecReload=true\n[Install]\nWantedBy=default.target\n");
        Write("bad.service", "[Service]\nType=oneshot\nExecStart=sh -c 'exit 7'\n");
        Write("slow.service", "[Service]\nType=oneshot\nExecStart=sleep 1000\n");
        await _bus.ReloadAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _systemd.DisposeAsync();
    }

    [Fact]
    public async Task A_started_unit_runs_when_its_job_is_done_and_is_gone_when_it_was_stopped()
    {
        var start = await _bus.RunJobAsync("StartUnit", "good.service", Limit, Cancellation);
        var running = await _bus.ReadAsync("good.service", Cancellation);
        var reload = await _bus.RunJobAsync("ReloadUnit", "good.service", Limit, Cancellation);
        var stop = await _bus.RunJobAsync("StopUnit", "good.service", Limit, Cancellation);
        var stopped = await _bus.ReadAsync("good.service", Cancellation);

        Assert.Equal(["done", "done", "done"], new[] { start, reload, stop });
        Assert.Equal(("loaded", "active", "running"), (running.LoadState, running.ActiveState, running.SubState));
        Assert.True(running.MainPid > 0);
        Assert.Equal(("inactive", 0), (stopped.ActiveState, stopped.MainPid));
    }

    [Fact]
    public async Task A_failed_job_says_so_and_the_unit_says_why()
    {
        var result = await _bus.RunJobAsync("StartUnit", "bad.service", Limit, Cancellation);
        var unit = await _bus.ReadAsync("bad.service", Cancellation);
        await _bus.ResetFailedAsync("bad.service", Cancellation);
        var reset = await _bus.ReadAsync("bad.service", Cancellation);

        Assert.Equal("failed", result);
        Assert.Equal(("failed", "exit-code", 7), (unit.ActiveState, unit.Result, unit.MainStatus));
        Assert.Equal("inactive", reset.ActiveState);
    }

    [Fact]
    public async Task An_unknown_unit_is_an_error_with_its_name()
    {
        var exception = await Assert.ThrowsAsync<BusErrorException>(() => _bus.RunJobAsync("StartUnit", "nowhere.service", Limit, Cancellation));
        var unit = await _bus.ReadAsync("nowhere.service", Cancellation);

        Assert.Equal("org.freedesktop.systemd1.NoSuchUnit", exception.ErrorName);
        Assert.Contains("nowhere.service", exception.Message, StringComparison.Ordinal);
        Assert.Equal("not-found", unit.LoadState);
    }

    [Fact]
    public async Task A_job_that_takes_too_long_is_not_waited_for_and_others_go_on_meanwhile()
    {
        var slow = _bus.RunJobAsync("StartUnit", "slow.service", TimeSpan.FromSeconds(1), Cancellation);
        var quick = await _bus.RunJobAsync("StartUnit", "good.service", Limit, Cancellation);

        Assert.Equal("done", quick);
        await Assert.ThrowsAsync<TimeoutException>(() => slow);
    }

    [Fact]
    public async Task Many_jobs_at_once_each_get_their_own_result()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            _bus.RunJobAsync(i % 3 == 0 ? "StartUnit" : "RestartUnit", i % 2 == 0 ? "bad.service" : "good.service", Limit, Cancellation)));

        // A later job for the same unit may take an earlier one's place.
        Assert.All(results.Where((_, i) => i % 2 == 0), result => Assert.Contains(result, new[] { "failed", "canceled" }));
        Assert.All(results.Where((_, i) => i % 2 == 1), result => Assert.Contains(result, new[] { "done", "canceled" }));
    }

    [Fact]
    public async Task Enabling_makes_the_link_and_disabling_takes_it_away()
    {
        var link = Path.Combine(_systemd.Units, "default.target.wants", "good.service");
        await _bus.EnableAsync("good.service", Cancellation);
        var enabled = LinkExists("good.service");
        await _bus.DisableAsync("good.service", Cancellation);

        Assert.True(enabled, link);
        Assert.False(LinkExists("good.service"));
    }

    [Fact]
    public async Task After_the_bus_was_restarted_it_connects_again()
    {
        await _bus.VersionAsync(Cancellation);

        await _systemd.RestartBusAsync(Cancellation);
        var result = await _bus.RunJobAsync("StartUnit", "good.service", Limit, Cancellation);

        Assert.Equal("done", result);
    }

    [Fact]
    public async Task A_job_whose_bus_goes_away_is_not_waited_for_in_vain()
    {
        var slow = _bus.RunJobAsync("StartUnit", "slow.service", Limit, Cancellation);
        await Until.TrueAsync("the job runs", Limit, async () => (await _bus.ReadAsync("slow.service", Cancellation)).ActiveState == "activating", Cancellation);

        await _systemd.RestartBusAsync(Cancellation);

        var exception = await Assert.ThrowsAsync<LinuxException>(() => slow);
        Assert.Contains("broke", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_talks_to_systemd_without_a_bus_as_well()
    {
        await using var direct = new SystemdBus(_systemd.PrivateAddress, Limit);

        var result = await direct.RunJobAsync("StartUnit", "good.service", Limit, Cancellation);

        Assert.Equal("done", result);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_an_error_at_once()
    {
        await using var nobody = new SystemdBus("unix:path=/no/such/bus", Limit);

        var exception = await Assert.ThrowsAsync<LinuxException>(() => nobody.VersionAsync(Cancellation));

        Assert.Equal(Libc.ENOENT, exception.Errno);
    }

    [Fact]
    public async Task What_is_asked_after_the_end_is_refused()
    {
        var closed = new SystemdBus(_systemd.BusAddress, Limit);
        await closed.VersionAsync(Cancellation);
        await closed.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.VersionAsync(Cancellation));
    }

    private bool LinkExists(string unit) =>
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_systemd.Units)!, unit, SearchOption.AllDirectories).Any(path => path.Contains(".wants", StringComparison.Ordinal));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_systemd.Units, name), text);
}
