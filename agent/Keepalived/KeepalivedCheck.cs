// keepalived -t on texts that are not in force yet.
using Amphora.Agent.Actions;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Keepalived;

/// <summary>Asks the program itself, before anything is renamed: the texts are staged beside the real ones.</summary>
internal sealed class KeepalivedCheck(KeepalivedOptions options)
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute;
    private const string NamespaceDirectory = "/run/netns";

    /// <summary>Runs <c>keepalived -t</c> on each text. An error is a failure of kind <see cref="FailureKind.Refused"/> with keepalived's
    /// output, in which the staged paths are replaced by the real ones. Leaves nothing on the disk.</summary>
    /// <returns>The failure; null when all are good.</returns>
    public async Task<Failure?> RunAsync(KeepalivedWanted wanted, CancellationToken cancellationToken)
    {
        var staging = options.Paths.Staging(wanted.LoadBalancerId);
        var parent = Path.GetDirectoryName(staging)!;
        var created = !Directory.Exists(parent);
        try
        {
            var failure = wanted.VrrpConfig is { } vrrp ? await CheckAsync(options.Paths.VrrpConfig, vrrp, staging, cancellationToken) : null;
            foreach (var lvs in wanted.Lvs)
            {
                failure ??= await CheckAsync(options.Paths.LvsConfig(lvs.ListenerId), lvs.Text, staging, cancellationToken);
            }

            return failure;
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return OperatingSystemFailure.From("check keepalived's configuration", exception) with { Tool = "keepalived" };
        }
        finally
        {
            RemoveStaging(staging, created ? parent : null);
        }
    }

    private async Task<Failure?> CheckAsync(string path, string text, string staging, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        var staged = Path.Combine(staging, name);
        Directory.CreateDirectory(Path.GetDirectoryName(staging)!);
        Directory.CreateDirectory(staging, DirectoryMode);
        AtomicFile.WriteText(staged, WithoutNamespace(text), FileMode);
        var toolOptions = new ToolOptions { TimeLimit = options.Timeouts.Check, NetworkNamespace = ExistingNamespace() };
        var result = await Tool.RunAsync([options.KeepalivedCommand, "-t", "-f", staged], toolOptions, cancellationToken);
        var output = result.Output.Replace(staged, path, StringComparison.Ordinal);
        var errors = KeepalivedVerdict.Errors(output);
        if (result.Succeeded || (!result.TimedOut && errors.Count == 0))
        {
            return null;
        }

        return new Failure($"check {name}", result.TimedOut
            ? $"cannot check {name}: keepalived -t did not end within {options.Timeouts.Check.TotalSeconds:0.###} s"
            : $"cannot use {name}: keepalived -t refused it: {errors[0]}")
        {
            Kind = result.TimedOut ? FailureKind.TimedOut : FailureKind.Refused,
            Tool = "keepalived",
            ExitCode = result.ExitCode,
            Output = output,
            Duration = result.Duration,
        };
    }

    // With net_namespace keepalived enters the namespace itself, and where there is none yet it ends with exit code 0 and has
    // checked nothing. The line becomes a comment, so that line numbers stay.
    private static string WithoutNamespace(string text) => string.Join('\n', text.Split('\n')
        .Select(line => line.TrimStart().StartsWith("net_namespace", StringComparison.Ordinal) ? $"# {line}" : line));

    private string? ExistingNamespace() =>
        options.NetworkNamespace is { } name && File.Exists(Path.Combine(NamespaceDirectory, name)) ? name : null;

    private static void RemoveStaging(string staging, string? parent)
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        if (parent is not null && Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any())
        {
            Directory.Delete(parent);
        }
    }
}
