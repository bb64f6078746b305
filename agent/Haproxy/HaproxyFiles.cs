// The files of a plan: written in two phases before the process hears of them, deleted after it runs without them.
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy;

/// <summary>Phase one puts every text on the disk under a temporary name; phase two only renames, and is not interrupted.</summary>
internal sealed class HaproxyFiles(HaproxyOptions options, IHaproxyRuntime runtime)
{
    private const UnixFileMode ReadByAll = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The mode of every file that is nobody else's to read.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes what the process is about to run. Until the first rename a failure or a cancellation leaves everything as it was.</summary>
    public async Task<Failure?> WriteAsync(HaproxyPlan plan, ActionLog log, CancellationToken cancellationToken)
    {
        var paths = options.Paths(plan.LoadBalancerId);
        var prepared = new List<PreparedFile>();
        try
        {
            var failure = await log.RunAsync("prepare", paths.Directory, () => Prepare(plan, paths, prepared));
            if (failure is not null)
            {
                return failure;
            }

            var state = await SaveServersStateAsync(plan, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            failure = await log.RunAsync("write", paths.ServersState, () => WriteServersState(paths, state));
            foreach (var file in prepared.TakeWhile(_ => failure is null))
            {
                failure = await log.RunAsync("write", file.FilePath, file.Commit);
            }

            return failure ?? (plan.Files == TlsFiles.None ? null : await log.RunAsync("link", paths.Tls, () => TlsDirectory.Write(paths.Tls, plan.Files)));
        }
        finally
        {
            prepared.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Deletes what the process has no use for any more.</summary>
    public async Task<Failure?> DeleteAsync(HaproxyPlan plan, ActionLog log)
    {
        Failure? failure = null;
        var leftovers = TlsDirectory.FindLeftovers(options.Paths(plan.LoadBalancerId).Tls, plan.Files);
        foreach (var path in plan.Delete.Where(File.Exists).Concat(leftovers).TakeWhile(_ => failure is null))
        {
            failure = await log.RunAsync("delete", path, () => AtomicFile.Delete(path));
        }

        return failure;
    }

    /// <summary>Removes the load balancer's directory. Generations and keepalived's list may still be in it; the last owner removes it.</summary>
    public static void RemoveDirectories(HaproxyPaths paths)
    {
        foreach (var directory in new[] { paths.Staging, paths.Tls }.Where(Directory.Exists))
        {
            Directory.Delete(directory, recursive: true);
        }

        // A generation that is about to be recorded is there under a temporary name: beside others nothing is left over.
        if (Directory.Exists(paths.Directory) && Directory.EnumerateFileSystemEntries(paths.Directory).All(AtomicFile.IsLeftover))
        {
            AtomicFile.CleanLeftovers(paths.Directory);
            Directory.Delete(paths.Directory);
        }
    }

    private void Prepare(HaproxyPlan plan, HaproxyPaths paths, List<PreparedFile> prepared)
    {
        HaproxyUserGroup.Ensure(options);
        Directory.CreateDirectory(paths.Directory);
        foreach (var file in plan.Write)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
            prepared.Add(AtomicFile.PrepareText(file.Path, file.Text, Mode));
        }

        prepared.Add(AtomicFile.PrepareText(paths.SlotNames, SlotNames.Write(plan.Text!), Mode | ReadByAll));
    }

    // A state that cannot be had is no reason not to reload: the new process then checks its members afresh.
    private async Task<string?> SaveServersStateAsync(HaproxyPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Step is HaproxyStep.Start or HaproxyStep.Change || plan.Running is null)
        {
            return null;
        }

        var state = await runtime.ShowServersStateAsync(plan.LoadBalancerId, cancellationToken);
        return state.Ok ? ServersState.Keep(state.Value, plan.Running, plan.Text!) : null;
    }

    private static void WriteServersState(HaproxyPaths paths, string? state)
    {
        // Not synced: after a power cut no process runs that could have been told something else than its text.
        AtomicFile.Replace(paths.ChangeMarker, [], Mode);
        if (state is null)
        {
            // An old one would tell a new process about members as they were long ago.
            AtomicFile.Delete(paths.ServersState);
        }
        else
        {
            AtomicFile.WriteText(paths.ServersState, state, Mode);
        }
    }
}
