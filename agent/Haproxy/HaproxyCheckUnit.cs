// haproxy -c as a unit of systemd, for an agent whose own sandbox is too narrow for it.
using System.Diagnostics;
using System.Text;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;
using Amphora.Linux.SdBus;

namespace Amphora.Agent.Haproxy;

/// <summary>Regular expressions are compiled to machine code (PCRE2's JIT): under the agent's MemoryDenyWriteExecute=, which every child
/// inherits, HAProxy refuses each configuration that has one. The image's unit <c>amphora-haproxy-check.service</c> may do that, and
/// nothing else: it has no network, no capability, and nothing to write to. One check at a time: the write path has one writer.</summary>
/// <param name="options">Limits, and the name of the unit.</param>
internal sealed class HaproxyCheckUnit(HaproxyOptions options)
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // systemd.exec(5), process exit codes: from here on they are systemd's own, HAProxy never ran.
    private const int FirstOfSystemd = 200;

    // systemd ends the check itself at the limit; this is for a systemd that does not answer.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="config">Path of the configuration.</param>
    /// <param name="localPeer">For <c>-L</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Linux.Native.LinuxException">systemd cannot be asked.</exception>
    /// <exception cref="IOException">systemd cannot run the program.</exception>
    public async Task<ToolResult> RunAsync(string unit, string config, string localPeer, CancellationToken cancellationToken)
    {
        WriteArguments(config, localPeer);
        await using var bus = new SystemdBus(address: null, s_margin);
        var clock = Stopwatch.StartNew();
        try
        {
            // Restart: a check that was cancelled, or whose agent died, may still run, and would answer for an earlier text.
            var result = await bus.RunJobAsync("RestartUnit", unit, options.Timeouts.Check + s_margin, cancellationToken);
            var status = await bus.ReadAsync(unit, cancellationToken);
            if (result != "done" && status.MainStatus >= FirstOfSystemd)
            {
                throw new IOException($"systemd cannot run {unit}: exit code {status.MainStatus} of systemd.exec(5)");
            }

            return new ToolResult(result == "done" ? 0 : Math.Max(status.MainStatus, 1), ReadOutput(), clock.Elapsed, status.Result == "timeout");
        }
        catch (TimeoutException)
        {
            await bus.RunJobAsync("StopUnit", unit, s_margin, CancellationToken.None);
            return new ToolResult(-1, ReadOutput(), clock.Elapsed, TimedOut: true);
        }
    }

    private void WriteArguments(string config, string localPeer)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in new[] { ("CONFIG", config), ("USER_GROUP", options.UserGroupFile), ("PEER", localPeer) })
        {
            text.Append(name).Append("=\"").Append(Quoted(value)).Append("\"\n");
        }

        AtomicFile.Replace(Path.Combine(options.RunDirectory, "haproxy-check.env"), Encoding.UTF8.GetBytes(text.ToString()), FileMode);
    }

    // EnvironmentFile= of systemd.exec(5): within double quotes these four have to be escaped.
    private static string Quoted(string value)
    {
        var quoted = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            quoted.Append(character is '"' or '\\' or '`' or '$' ? "\\" : "").Append(character);
        }

        return quoted.ToString();
    }

    private string ReadOutput()
    {
        var path = Path.Combine(options.RunDirectory, "haproxy-check.log");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
