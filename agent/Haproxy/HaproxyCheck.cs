// haproxy -c on texts that are not in force yet.
using System.Text;
using Amphora.Agent.Actions;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Haproxy;

/// <summary>What HAProxy thinks of a configuration.</summary>
/// <param name="Duration">How long the program took.</param>
/// <param name="Output">Its words: warnings, also when it said yes.</param>
internal sealed record HaproxyChecked(TimeSpan Duration, string Output);

/// <summary>Asks the program itself, before anything is renamed: the texts are staged beside the real ones.</summary>
internal sealed class HaproxyCheck(HaproxyOptions options)
{
    private const string Step = "check haproxy.cfg";
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Runs <c>haproxy -c</c>. A refusal is a failure of kind <see cref="FailureKind.Refused"/> with HAProxy's output,
    /// in which the staged paths are replaced by the real ones. Leaves nothing on the disk.</summary>
    public async Task<Outcome<HaproxyChecked>> RunAsync(HaproxyWanted wanted, CancellationToken cancellationToken)
    {
        if (wanted.Config is null)
        {
            return new HaproxyChecked(TimeSpan.Zero, "");
        }

        var paths = options.Paths(wanted.LoadBalancerId);
        var created = !Directory.Exists(paths.Directory);
        try
        {
            HaproxyUserGroup.Ensure(options);
            var renamed = Stage(wanted, wanted.Config, paths);
            return await CheckAsync(wanted, paths, renamed, cancellationToken);
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return OperatingSystemFailure.From(Step, exception) with { Tool = "haproxy" };
        }
        finally
        {
            RemoveStaging(paths, created);
        }
    }

    private async Task<Outcome<HaproxyChecked>> CheckAsync(
        HaproxyWanted wanted, HaproxyPaths paths, Dictionary<string, string> renamed, CancellationToken cancellationToken)
    {
        var result = options.CheckUnit is { } unit
            ? await new HaproxyCheckUnit(options).RunAsync(unit, StagedConfig(paths), wanted.LocalPeer, cancellationToken)
            : await Tool.RunAsync(
                [options.HaproxyCommand, "-c", "-L", wanted.LocalPeer, "-f", StagedConfig(paths), "-f", options.UserGroupFile],
                new ToolOptions { TimeLimit = options.Timeouts.Check },
                cancellationToken);
        var output = result.Output;
        foreach (var (path, staged) in renamed)
        {
            output = output.Replace(staged, path, StringComparison.Ordinal);
        }

        return result.Succeeded
            ? new HaproxyChecked(result.Duration, output)
            : new Failure(Step, result.TimedOut
                ? $"cannot check haproxy.cfg: haproxy -c did not end within {options.Timeouts.Check.TotalSeconds:0.###} s"
                : $"cannot use haproxy.cfg: haproxy -c refused it with exit code {result.ExitCode}")
            {
                Kind = result.TimedOut ? FailureKind.TimedOut : FailureKind.Refused,
                Tool = "haproxy",
                ExitCode = result.ExitCode,
                Output = output,
                Duration = result.Duration,
            };
    }

    // Real path → staged path of every file that was staged.
    private static Dictionary<string, string> Stage(HaproxyWanted wanted, string config, HaproxyPaths paths)
    {
        RemoveStaging(paths, andParent: false);
        Directory.CreateDirectory(paths.Directory);
        Directory.CreateDirectory(paths.Staging, DirectoryMode);
        var renamed = new Dictionary<string, string>();
        foreach (var crtList in wanted.CrtLists)
        {
            var staged = Path.Combine(paths.Staging, crtList.ListenerId + ".pem");
            WriteStaged(staged, crtList.Text);
            config = config.Replace(paths.CrtList(crtList.ListenerId), staged, StringComparison.Ordinal);
            renamed[paths.CrtList(crtList.ListenerId)] = staged;
        }

        WriteStaged(StagedConfig(paths), config);
        renamed[paths.Config] = StagedConfig(paths);
        return renamed;
    }

    // Read once by haproxy -c and deleted: nothing of it has to survive a power cut.
    private static void WriteStaged(string path, string text) => AtomicFile.Replace(path, Encoding.UTF8.GetBytes(text), FileMode);

    private static string StagedConfig(HaproxyPaths paths) => Path.Combine(paths.Staging, "haproxy.cfg");

    private static void RemoveStaging(HaproxyPaths paths, bool andParent)
    {
        if (Directory.Exists(paths.Staging))
        {
            Directory.Delete(paths.Staging, recursive: true);
        }

        if (andParent && Directory.Exists(paths.Directory) && !Directory.EnumerateFileSystemEntries(paths.Directory).Any())
        {
            Directory.Delete(paths.Directory);
        }
    }
}
