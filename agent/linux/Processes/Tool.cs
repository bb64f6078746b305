// Runs a program to its end and returns what it said.
using Amphora.Linux.Native;

namespace Amphora.Linux.Processes;

/// <summary>How to run a program.</summary>
public sealed record ToolOptions
{
    /// <summary>It is killed, with everything it started, when it takes longer.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>Directory to run in; null: the caller's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to add to the environment, or to take away with null.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>What it reads on standard input; null: nothing.</summary>
    public string? StandardInput { get; init; }

    /// <summary>Network namespace to run in; null: the caller's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Bytes of output that are kept; what comes after is read and dropped, and the output ends with a line that says so.</summary>
    public int OutputLimit { get; init; } = 1024 * 1024;
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Output">Standard output and error, as they came.</param>
/// <param name="Duration">From start to end.</param>
/// <param name="TimedOut">True when it was killed for taking too long.</param>
public sealed record ToolResult(int ExitCode, string Output, TimeSpan Duration, bool TimedOut)
{
    /// <summary>True when it ended by itself with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0 && !TimedOut;
}

/// <summary>Runs programs: argument lists, never a shell; a time limit, never for ever.</summary>
public static class Tool
{
    private const int StackSize = 256 * 1024;

    /// <summary>Runs the command to its end.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Kills the program with everything it started.</param>
    /// <exception cref="LinuxException">It could not be started; ENOENT names a program that is not there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, and killed.</exception>
    public static async Task<ToolResult> RunAsync(IReadOnlyList<string> command, ToolOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var completion = new TaskCompletionSource<ToolResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var run = new ToolRun(command, options);
        // Its own thread: the loop blocks in poll(2), and a pool thread must not.
        var thread = new Thread(() => Complete(run, completion), StackSize) { IsBackground = true, Name = $"tool {command[0]}" };
        thread.Start();
        ToolResult result;
        await using (cancellationToken.UnsafeRegister(static state => ((ToolRun)state!).Kill(), run))
        {
            result = await completion.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    private static void Complete(ToolRun run, TaskCompletionSource<ToolResult> completion)
    {
#pragma warning disable CA1031 // Nothing is swallowed: it is thrown where the result is awaited.
        try
        {
            completion.SetResult(run.Run());
        }
        catch (Exception exception)
        {
            completion.SetException(exception);
        }
#pragma warning restore CA1031
    }
}
