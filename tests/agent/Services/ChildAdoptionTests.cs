// The agent dies or is replaced: what runs goes on, what is not wanted ends, and nobody else's process is touched.
using Amphora.Agent.Services;
using Amphora.Fixtures;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Agent.Tests.Services;

public sealed class ChildAdoptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly ToolOptions Options = new() { TimeLimit = Limit };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_agent_adopts_the_running_process_and_can_reload_and_stop_it()
    {
        await using var haproxy = new HaproxyService();
        var first = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(first, Cancellation);
        await first.DisposeAsync();
        var between = await haproxy.AskAsync(Cancellation);

        var second = haproxy.NewManager();
        var failures = await second.AdoptAsync(Cancellation);
        haproxy.Configure("two");
        HaproxyService.AssertDone(await second.ReloadAsync(HaproxyService.Name, Cancellation));

        Assert.Empty(failures);
        Assert.Equal("one", between);
        Assert.Equal(new ServiceState(true, true, "running", pid), await HaproxyService.StateAsync(second, Cancellation));
        Assert.Equal("two", await haproxy.AskAsync(Cancellation));
        HaproxyService.AssertDone(await second.StopAsync(HaproxyService.Name, Cancellation));
        Assert.Empty(haproxy.Processes());
    }

    [Fact]
    public async Task An_adopted_process_that_dies_is_started_again()
    {
        await using var haproxy = new HaproxyService();
        var first = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(first, Cancellation);
        await first.DisposeAsync();
        var second = haproxy.NewManager();
        await second.AdoptAsync(Cancellation);

        await KillAsync(pid);

        await RestartedAsync(haproxy, second, pid);
    }

    [Fact]
    public async Task A_process_whose_number_nobody_wrote_down_is_found()
    {
        await using var haproxy = new HaproxyService();
        var first = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(first, Cancellation);
        await first.DisposeAsync();
        var files = new ChildServiceFiles(haproxy.StateDirectory, HaproxyService.Name);
        files.Write(files.Read()! with { Pid = null, StartTime = null, Ready = false });

        var second = haproxy.NewManager();
        var failures = await second.AdoptAsync(Cancellation);

        Assert.Empty(failures);
        Assert.Equal(pid, await HaproxyService.PidAsync(second, Cancellation));
        Assert.True(files.Read()!.Ready);
    }

    [Fact]
    public async Task A_process_whose_start_nobody_saw_the_end_of_is_adopted_or_started_anew_whatever_it_was_doing()
    {
        await using var haproxy = new HaproxyService();
        var files = new ChildServiceFiles(haproxy.StateDirectory, HaproxyService.Name);
        for (var delay = 30; delay < 100; delay += 2)
        {
            var begun = haproxy.NewManager();
            HaproxyService.AssertDone(await begun.InstallAsync(haproxy.Unit, Cancellation));
            using (var run = ChildRun.Spawn(haproxy.Unit, files, new ProgramLog(files.Log)))
            {
                files.Write(files.Read()! with { Wanted = true, Ready = false, Pid = run.Pid, StartTime = run.StartTime, BootId = ProcessStatus.BootId });
                await Task.Delay(delay, Cancellation);
            }

            var next = haproxy.NewManager();
            var failures = await next.AdoptAsync(Cancellation).WaitAsync(Limit, Cancellation);

            Assert.Empty(failures);
            Assert.Equal("one", await haproxy.AskAsync(Cancellation));
            HaproxyService.AssertDone(await next.StopAsync(HaproxyService.Name, Cancellation));
        }
    }

    [Fact]
    public async Task A_process_that_is_no_longer_wanted_is_ended()
    {
        await using var haproxy = new HaproxyService();
        var first = await haproxy.StartedAsync(Cancellation);
        await first.DisposeAsync();
        var files = new ChildServiceFiles(haproxy.StateDirectory, HaproxyService.Name);
        files.Write(files.Read()! with { Wanted = false });

        var second = haproxy.NewManager();
        var failures = await second.AdoptAsync(Cancellation);

        Assert.Empty(failures);
        Assert.Empty(haproxy.Processes());
    }

    [Fact]
    public async Task A_number_that_belongs_to_another_process_now_is_left_alone()
    {
        await using var haproxy = new HaproxyService();
        var manager = haproxy.NewManager();
        HaproxyService.AssertDone(await manager.InstallAsync(haproxy.Unit, Cancellation));
        await manager.DisposeAsync();
        var files = new ChildServiceFiles(haproxy.StateDirectory, HaproxyService.Name);
        using var stranger = WatchedProcess.Start(new ProcessStart { Command = ["sleep", "100"] }, files.Log);
        files.Write(files.Read()! with { Pid = stranger.Id, StartTime = stranger.StartTime - 1, BootId = ProcessStatus.BootId, Wanted = false });

        var second = haproxy.NewManager();
        var failures = await second.AdoptAsync(Cancellation);

        Assert.Empty(failures);
        Assert.True(ProcessStatus.Runs(stranger.Id));
        stranger.Signal(9);
        await stranger.Exited;
    }

    [Fact]
    public async Task Numbers_of_an_earlier_boot_mean_nothing()
    {
        await using var haproxy = new HaproxyService();
        var manager = haproxy.NewManager();
        HaproxyService.AssertDone(await manager.InstallAsync(haproxy.Unit, Cancellation));
        await manager.DisposeAsync();
        var files = new ChildServiceFiles(haproxy.StateDirectory, HaproxyService.Name);
        using var stranger = WatchedProcess.Start(new ProcessStart { Command = ["sleep", "100"] }, files.Log);
        files.Write(files.Read()! with { Pid = stranger.Id, StartTime = stranger.StartTime, BootId = "another boot", Wanted = true });

        var second = haproxy.NewManager();
        var failures = await second.AdoptAsync(Cancellation);

        Assert.Empty(failures);
        Assert.NotEqual(stranger.Id, await HaproxyService.PidAsync(second, Cancellation));
        Assert.Equal("one", await haproxy.AskAsync(Cancellation));
        Assert.True(ProcessStatus.Runs(stranger.Id));
        stranger.Signal(9);
        await stranger.Exited;
    }

    [Fact]
    public async Task After_an_orderly_stop_of_the_agent_nothing_runs_and_the_next_one_starts_it_again()
    {
        await using var haproxy = new HaproxyService();
        var first = await haproxy.StartedAsync(Cancellation);
        Assert.Empty(await first.StopAllAsync(Cancellation));
        await first.DisposeAsync();
        var between = haproxy.Processes();

        var second = haproxy.NewManager();
        var failures = await second.AdoptAsync(Cancellation);

        Assert.Empty(between);
        Assert.Empty(failures);
        Assert.Equal("one", await haproxy.AskAsync(Cancellation));
    }

    [Theory]
    [InlineData("master")]
    [InlineData("worker")]
    public async Task A_killed_process_is_started_again_and_nothing_of_the_old_one_stays(string which)
    {
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(manager, Cancellation);

        await KillAsync(which == "master" ? pid : haproxy.Worker(pid));

        await RestartedAsync(haproxy, manager, pid);
        Assert.Equal(2, haproxy.Processes().Count);
    }

    [Fact]
    public async Task A_service_that_dies_again_and_again_is_tried_ever_more_slowly_until_it_recovers()
    {
        var backOff = new RestartBackOff { First = TimeSpan.FromMilliseconds(100), Most = TimeSpan.FromMilliseconds(400) };
        await using var haproxy = new HaproxyService { BackOff = backOff };
        var manager = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(manager, Cancellation);
        var hidden = haproxy.Config + ".hidden";
        File.Move(haproxy.Config, hidden);

        await KillAsync(pid);
        await Until.TrueAsync("some restarts failed", Limit, () => Failures(haproxy) >= 3, Cancellation);
        var waiting = await HaproxyService.StateAsync(manager, Cancellation);
        File.Move(hidden, haproxy.Config);

        Assert.False(waiting.Active);
        await RestartedAsync(haproxy, manager, pid);
    }

    [Fact]
    public async Task A_stopped_service_is_not_started_again()
    {
        await using var haproxy = new HaproxyService { BackOff = new RestartBackOff { First = TimeSpan.FromSeconds(1) } };
        var manager = await haproxy.StartedAsync(Cancellation);
        await KillAsync(await HaproxyService.PidAsync(manager, Cancellation));
        await Until.TrueAsync("it waits for its restart", Limit, async () => (await HaproxyService.StateAsync(manager, Cancellation)).Detail == "auto-restart", Cancellation);

        HaproxyService.AssertDone(await manager.StopAsync(HaproxyService.Name, Cancellation));
        await Task.Delay(TimeSpan.FromSeconds(1.5), Cancellation);

        Assert.Equal("dead", (await HaproxyService.StateAsync(manager, Cancellation)).Detail);
        Assert.Empty(haproxy.Processes());
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1, 0.2)]
    [InlineData(4, 1.6)]
    [InlineData(9, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Each_restart_waits_twice_as_long_up_to_a_limit(int failures, double seconds)
    {
        var delay = new RestartBackOff().Delay(failures);

        Assert.Equal(TimeSpan.FromSeconds(seconds), delay);
    }

    private static int Failures(HaproxyService haproxy) =>
        File.ReadAllText(new ChildServiceFiles(haproxy.StateDirectory, HaproxyService.Name).Log).Split("Cannot open configuration file").Length - 1;

    private static Task RestartedAsync(HaproxyService haproxy, ChildProcessServiceManager manager, int earlier) => Until.TrueAsync(
        "it runs again as another process",
        Limit,
        async () => await HaproxyService.StateAsync(manager, Cancellation) is { Active: true, MainPid: { } pid } && pid != earlier && await haproxy.AnswersAsync(Cancellation),
        Cancellation);

    private static async Task KillAsync(int pid) => Assert.True((await Tool.RunAsync(["kill", "-KILL", $"{pid}"], Options, Cancellation)).Succeeded);
}
