// Running programs: what they say, how they end, and that nothing of them stays.
using System.Diagnostics;
using System.Globalization;
using Amphora.Fixtures;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Linux.Tests.Processes;

public sealed class ToolTests
{
    private static readonly ToolOptions Options = new() { TimeLimit = TimeSpan.FromSeconds(30) };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_is_standard_output_and_error_in_the_order_they_came()
    {
        var result = await Tool.RunAsync(["sh", "-c", "echo one; echo two >&2; echo three; exit 3"], Options, Cancellation);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("one\ntwo\nthree\n", result.Output);
        Assert.False(result.TimedOut);
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are_and_no_shell_sees_them()
    {
        string[] arguments = ["a b", "$HOME", "`id`", "x;y", "", "ü'\""];

        var result = await Tool.RunAsync(["printf", "%s\n", .. arguments], Options, Cancellation);

        Assert.Equal(string.Concat(arguments.Select(argument => argument + "\n")), result.Output);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var exception = await Assert.ThrowsAsync<LinuxException>(() => Tool.RunAsync(["no-such-program-7"], Options, Cancellation));

        Assert.Equal(Libc.ENOENT, exception.Errno);
        Assert.Contains("no-such-program-7", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_working_directory_is_named()
    {
        var exception = await Assert.ThrowsAsync<LinuxException>(() => Tool.RunAsync(["true"], Options with { WorkingDirectory = "/no/where" }, Cancellation));

        Assert.Equal(Libc.ENOENT, exception.Errno);
        Assert.Contains("/no/where", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Death_by_a_signal_is_128_and_its_number()
    {
        var result = await Tool.RunAsync(["sh", "-c", "kill -TERM $$"], Options, Cancellation);

        Assert.Equal(128 + 15, result.ExitCode);
    }

    [Fact]
    public async Task Standard_input_of_any_length_goes_in_while_output_comes_out()
    {
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"line {i}\n"));

        var result = await Tool.RunAsync(["cat"], Options with { StandardInput = text }, Cancellation);

        Assert.Equal(text, result.Output);
    }

    [Fact]
    public async Task A_program_that_does_not_read_its_input_is_no_error()
    {
        var result = await Tool.RunAsync(["true"], Options with { StandardInput = new string('x', 1_000_000) }, Cancellation);

        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task Without_input_it_reads_the_end_of_file()
    {
        var result = await Tool.RunAsync(["cat"], Options, Cancellation);

        Assert.Equal(new ToolResult(0, "", result.Duration, TimedOut: false), result);
    }

    [Fact]
    public async Task Too_much_output_is_cut_and_said_so()
    {
        var result = await Tool.RunAsync(["sh", "-c", "yes | head -c 300000"], Options with { OutputLimit = 1000 }, Cancellation);

        Assert.True(result.Succeeded);
        Assert.InRange(result.Output.Length, 1000, 1100);
        Assert.Contains("dropped", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_over_its_time_is_killed_with_everything_it_started()
    {
        var clock = Stopwatch.StartNew();

        var result = await Tool.RunAsync(["sh", "-c", "sleep 77 & echo $!; wait"], Options with { TimeLimit = TimeSpan.FromSeconds(1) }, Cancellation);

        Assert.True(result.TimedOut);
        Assert.Equal(128 + 9, result.ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 20);
        await AssertGoneAsync(int.Parse(result.Output, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Cancelling_kills_it_with_everything_it_started()
    {
        var pidFile = Path.Combine(Path.GetTempPath(), $"tool-{Guid.NewGuid():N}");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = Tool.RunAsync(["sh", "-c", $"sleep 78 & echo $! >{pidFile}.new; mv {pidFile}.new {pidFile}; wait"], Options, cancel.Token);
        await Until.TrueAsync("the program runs", Limit, () => File.Exists(pidFile), Cancellation);
        var pid = int.Parse(await File.ReadAllTextAsync(pidFile, Cancellation), CultureInfo.InvariantCulture);
        File.Delete(pidFile);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertGoneAsync(pid);
    }

    [Fact]
    public async Task What_it_leaves_running_with_its_output_open_is_not_waited_for()
    {
        var clock = Stopwatch.StartNew();

        var result = await Tool.RunAsync(["sh", "-c", "sleep 30 & echo $!"], Options, Cancellation);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Process.GetProcessById(int.Parse(result.Output, CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public async Task It_runs_in_the_network_namespace_that_was_asked_for()
    {
        var name = $"tool-{Guid.NewGuid():N}"[..15];
        NetworkNamespace.Create(name);
        try
        {
            var inside = await Tool.RunAsync(["readlink", "/proc/self/ns/net"], Options with { NetworkNamespace = name }, Cancellation);
            var known = await Tool.RunAsync(["stat", "-L", "-c", "net:[%i]", NetworkNamespace.PathOf(name)], Options, Cancellation);
            var outside = await Tool.RunAsync(["readlink", "/proc/self/ns/net"], Options, Cancellation);

            Assert.Equal(known.Output, inside.Output);
            Assert.NotEqual(outside.Output, inside.Output);
        }
        finally
        {
            NetworkNamespace.Delete(name);
        }
    }

    [Fact]
    public async Task It_starts_with_default_signals_and_only_three_descriptors()
    {
        using var open = File.OpenRead("/proc/self/status");

        var signals = await Tool.RunAsync(["grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"], Options, Cancellation);
        var descriptors = await Tool.RunAsync(["ls", "/proc/self/fd"], Options, Cancellation);

        // 32 and 33 are the C library's own; posix_spawn always ignores them, and the program's C library takes them back.
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n", signals.Output);
        // The fourth is the directory that ls itself is reading.
        Assert.Equal("0\n1\n2\n3\n", descriptors.Output);
    }

    [Fact]
    public async Task Its_environment_is_ours_with_what_was_asked_for_and_without_what_is_ours_alone()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", "/ours");
        try
        {
            var variables = new Dictionary<string, string?> { ["ADDED"] = "a b", ["HOME"] = null };
            var result = await Tool.RunAsync(["env"], Options with { Environment = variables }, Cancellation);
            var lines = result.Output.Split('\n');

            Assert.Contains("ADDED=a b", lines);
            Assert.Contains(lines, line => line.StartsWith("PATH=", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.StartsWith("HOME=", StringComparison.Ordinal) || line.StartsWith("NOTIFY_SOCKET=", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        }
    }

    [Fact]
    public async Task Many_at_once_leave_no_zombie()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Tool.RunAsync(["sh", "-c", $"exit {i}"], Options, Cancellation)));

        Assert.Equal(Enumerable.Range(0, 40), results.Select(result => result.ExitCode));
        var zombies = await Tool.RunAsync(["ps", "--ppid", $"{Environment.ProcessId}", "-o", "stat=,comm="], Options, Cancellation);
        Assert.DoesNotContain(zombies.Output.Split('\n'), line => line.StartsWith('Z') && line.EndsWith("sh <defunct>", StringComparison.Ordinal));
    }

    private static Task AssertGoneAsync(int pid) => Until.TrueAsync($"process {pid} is gone", Limit, () => !ProcessStatus.Runs(pid), Cancellation);
}
