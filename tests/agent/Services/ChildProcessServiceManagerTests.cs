// Real HAProxy under the supervisor: start, reload, stop and what is said when they fail.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Agent.Tests.Services;

public sealed class ChildProcessServiceManagerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_started_service_answers_at_once_and_says_who_it_is()
    {
        await using var haproxy = new HaproxyService();

        var manager = await haproxy.StartedAsync(Cancellation);

        Assert.Equal("one", await haproxy.AskAsync(Cancellation));
        var state = await HaproxyService.StateAsync(manager, Cancellation);
        Assert.Equal(new ServiceState(true, true, "running", state.MainPid), state);
        Assert.Equal($"{state.MainPid}", (await File.ReadAllTextAsync(haproxy.PidFile, Cancellation)).Trim());
    }

    [Fact]
    public async Task Starting_twice_is_starting_once()
    {
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(manager, Cancellation);

        HaproxyService.AssertDone(await manager.StartAsync(HaproxyService.Name, Cancellation));

        Assert.Equal(pid, await HaproxyService.PidAsync(manager, Cancellation));
    }

    [Fact]
    public async Task It_may_open_as_many_files_as_asked_for_and_we_only_as_many_as_before()
    {
        var before = await File.ReadAllTextAsync("/proc/self/limits", Cancellation);
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);

        var limits = await File.ReadAllLinesAsync($"/proc/{await HaproxyService.PidAsync(manager, Cancellation)}/limits", Cancellation);

        var files = limits.Single(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(long.Parse(files[3]) >= 4096, files[3]);
        Assert.Equal(before, await File.ReadAllTextAsync("/proc/self/limits", Cancellation));
    }

    [Fact]
    public async Task No_request_fails_while_it_is_reloaded_and_the_answer_means_that_the_new_configuration_serves()
    {
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);
        var pid = await HaproxyService.PidAsync(manager, Cancellation);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var clients = Enumerable.Range(0, 4).Select(_ => CountAnswersAsync(haproxy, enough.Token)).ToList();

        var after = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            haproxy.Configure($"answer-{i}");
            HaproxyService.AssertDone(await manager.ReloadAsync(HaproxyService.Name, Cancellation));
            after.Add(await haproxy.AskAsync(Cancellation));
        }

        await enough.CancelAsync();
        var answers = await Task.WhenAll(clients);
        Assert.Equal(["answer-0", "answer-1", "answer-2", "answer-3", "answer-4"], after);
        Assert.All(answers, count => Assert.True(count > 10, $"{count} answers"));
        Assert.Equal(pid, await HaproxyService.PidAsync(manager, Cancellation));
    }

    [Fact]
    public async Task Reloading_a_stopped_service_starts_it()
    {
        await using var haproxy = new HaproxyService();
        var manager = haproxy.NewManager();
        HaproxyService.AssertDone(await manager.InstallAsync(haproxy.Unit, Cancellation));

        HaproxyService.AssertDone(await manager.ReloadAsync(HaproxyService.Name, Cancellation));

        Assert.Equal("one", await haproxy.AskAsync(Cancellation));
    }

    [Fact]
    public async Task A_refused_configuration_is_reported_in_its_own_words_and_the_earlier_one_serves_on()
    {
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);
        await File.AppendAllTextAsync(haproxy.Config, "    no-such-keyword at all\n", Cancellation);

        var failure = await manager.ReloadAsync(HaproxyService.Name, Cancellation);

        // The write path checks before it reloads; what slips by, the process itself refuses.
        Assert.Equal("haproxy", failure?.Tool);
        Assert.Contains("unknown keyword 'no-such-keyword'", failure?.Output, StringComparison.Ordinal);
        Assert.Equal("one", await haproxy.AskAsync(Cancellation));
    }

    [Fact]
    public async Task A_reload_that_fails_after_the_check_is_reported_and_the_earlier_configuration_serves_on()
    {
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);
        using var busy = Busy();
        haproxy.Configure("two", PortOf(busy));

        var failure = await manager.ReloadAsync(HaproxyService.Name, Cancellation);

        Assert.Contains("Address already in use", failure?.Output, StringComparison.Ordinal);
        Assert.Equal("one", await haproxy.AskAsync(Cancellation));
        busy.Stop();
        HaproxyService.AssertDone(await manager.ReloadAsync(HaproxyService.Name, Cancellation));
        Assert.Equal("two", await haproxy.AskAsync(Cancellation));
    }

    [Fact]
    public async Task A_failed_start_is_reported_with_its_last_lines_and_leaves_nothing_running()
    {
        await using var haproxy = new HaproxyService();
        using var busy = Busy();
        haproxy.Configure("one", PortOf(busy));
        var manager = haproxy.NewManager();
        HaproxyService.AssertDone(await manager.InstallAsync(haproxy.Unit, Cancellation));

        var failure = await manager.StartAsync(HaproxyService.Name, Cancellation);

        Assert.Contains("Address already in use", failure?.Output, StringComparison.Ordinal);
        Assert.Equal(1, failure?.ExitCode);
        Assert.Equal("failed", (await HaproxyService.StateAsync(manager, Cancellation)).Detail);
        Assert.Empty(haproxy.Processes());
    }

    [Fact]
    public async Task A_service_that_is_never_ready_is_killed_when_its_time_is_over()
    {
        await using var haproxy = new HaproxyService { Timeouts = new ServiceTimeouts { Start = TimeSpan.FromMilliseconds(300) } };
        var manager = haproxy.NewManager();
        HaproxyService.AssertDone(await manager.InstallAsync(haproxy.Unit with { Command = ["sh", "-c", "echo working; sleep 100"], CheckCommand = [] }, Cancellation));

        var failure = await manager.StartAsync(HaproxyService.Name, Cancellation);

        Assert.Equal(FailureKind.TimedOut, failure?.Kind);
        Assert.Equal("working", failure?.Output);
        Assert.Empty(haproxy.Processes());
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        await using var haproxy = new HaproxyService();
        var manager = haproxy.NewManager();
        HaproxyService.AssertDone(await manager.InstallAsync(haproxy.Unit with { Command = ["/no/such/haproxy"], CheckCommand = [] }, Cancellation));

        var failure = await manager.StartAsync(HaproxyService.Name, Cancellation);

        Assert.Contains("/no/such/haproxy", failure?.Message, StringComparison.Ordinal);
        Assert.Equal(2, failure?.ExitCode);
    }

    [Fact]
    public async Task A_service_without_notifications_is_ready_when_its_pid_file_names_it()
    {
        await using var haproxy = new HaproxyService();
        var manager = haproxy.NewManager();
        await File.WriteAllTextAsync(haproxy.PidFile, "1\n", Cancellation);
        var unit = haproxy.Unit with
        {
            Command = ["sh", "-c", $"sleep 0.3; echo $$ >{haproxy.PidFile}; exec sleep 100"],
            CheckCommand = [],
            Notify = false,
            ReloadSignal = 18,
        };
        HaproxyService.AssertDone(await manager.InstallAsync(unit, Cancellation));

        HaproxyService.AssertDone(await manager.StartAsync(HaproxyService.Name, Cancellation));

        var pid = await HaproxyService.PidAsync(manager, Cancellation);
        Assert.Equal($"{pid}\n", await File.ReadAllTextAsync(haproxy.PidFile, Cancellation));
        HaproxyService.AssertDone(await manager.ReloadAsync(HaproxyService.Name, Cancellation));
    }

    [Fact]
    public async Task Stopping_ends_every_process_and_removing_leaves_no_file()
    {
        await using var haproxy = new HaproxyService();
        var manager = await haproxy.StartedAsync(Cancellation);
        var before = haproxy.Processes().Count;

        HaproxyService.AssertDone(await manager.StopAsync(HaproxyService.Name, Cancellation));
        HaproxyService.AssertDone(await manager.StopAsync(HaproxyService.Name, Cancellation));
        var stopped = await HaproxyService.StateAsync(manager, Cancellation);
        var processes = haproxy.Processes();
        HaproxyService.AssertDone(await manager.RemoveAsync(HaproxyService.Name, Cancellation));
        HaproxyService.AssertDone(await manager.RemoveAsync(HaproxyService.Name, Cancellation));

        Assert.Equal(2, before);
        Assert.Empty(processes);
        Assert.Equal(new ServiceState(true, false, "dead", null), stopped);
        Assert.Equal(ServiceState.Absent, await HaproxyService.StateAsync(manager, Cancellation));
        Assert.Empty(Directory.GetFileSystemEntries(haproxy.StateDirectory));
        Assert.False(File.Exists(haproxy.PidFile));
    }

    [Fact]
    public async Task A_service_that_does_not_end_when_asked_is_killed()
    {
        await using var haproxy = new HaproxyService { Timeouts = new ServiceTimeouts { Stop = TimeSpan.FromMilliseconds(200) } };
        var manager = haproxy.NewManager();
        var unit = haproxy.Unit with { Command = ["sh", "-c", $"trap '' TERM; echo $$ >{haproxy.PidFile}; while :; do sleep 1; done"], CheckCommand = [], Notify = false };
        HaproxyService.AssertDone(await manager.InstallAsync(unit, Cancellation));
        HaproxyService.AssertDone(await manager.StartAsync(HaproxyService.Name, Cancellation));

        HaproxyService.AssertDone(await manager.StopAsync(HaproxyService.Name, Cancellation));

        Assert.Empty(haproxy.Processes());
    }

    [Fact]
    public async Task What_was_never_installed_cannot_be_started_and_needs_no_stopping()
    {
        await using var haproxy = new HaproxyService();
        var manager = haproxy.NewManager();

        var start = await manager.StartAsync("no.service", Cancellation);
        var stop = await manager.StopAsync("no.service", Cancellation);
        var name = await manager.InstallAsync(haproxy.Unit with { Name = "../escape" }, Cancellation);
        var length = await manager.InstallAsync(haproxy.Unit with { Name = new string('n', 120) }, Cancellation);

        Assert.Equal(FailureKind.NotFound, start?.Kind);
        Assert.Null(stop);
        Assert.Contains("not a service name", name?.Message, StringComparison.Ordinal);
        Assert.Contains("107", length?.Message, StringComparison.Ordinal);
    }

    private static TcpListener Busy()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    // Throws when a request fails.
    private static async Task<int> CountAnswersAsync(HaproxyService haproxy, CancellationToken cancellationToken)
    {
        for (var count = 0; ; count++)
        {
            try
            {
                Assert.NotEmpty(await haproxy.AskAsync(cancellationToken));
            }
            catch (OperationCanceledException)
            {
                return count;
            }
        }
    }
}
