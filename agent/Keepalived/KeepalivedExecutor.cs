// Carries out a plan: files in two phases, then the processes.
using System.Diagnostics;
using Amphora.Agent.Actions;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Keepalived;

/// <summary>Makes keepalived run what is planned. It can be run in any half-done state: read and plan again, then execute.</summary>
internal sealed class KeepalivedExecutor(KeepalivedOptions options, IServiceManager services)
{
    private const UnixFileMode ListMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Executes the plan. Until the first rename a failure or a cancellation leaves everything as it was; after it, the plan
    /// to the earlier wanted state undoes what was done.</summary>
    /// <returns>The actions taken.</returns>
    public async Task<Outcome<ValueList<ActionTaken>>> ExecuteAsync(KeepalivedPlan plan, CancellationToken cancellationToken)
    {
        var log = new ActionLog();
        if (plan.IsEmpty)
        {
            return log.Taken;
        }

        var failure = await WriteAsync(plan, log, cancellationToken);
        foreach (var action in plan.Actions.TakeWhile(_ => failure is null))
        {
            failure = await ActAsync(action, log);
        }

        failure ??= await log.RunAsync("write", options.Paths.OwnedUnits(plan.LoadBalancerId), () => Finish(plan));
        return failure is null ? log.Taken : failure;
    }

    /// <summary>Takes one action on a service of API 1.0, which is in no load balancer's account: its files say all there is to say.</summary>
    /// <returns>The failure; null when it is done.</returns>
    public Task<Failure?> ExecuteAsync(KeepalivedAction action) => ActAsync(action, new ActionLog());

    private Task<Failure?> ActAsync(KeepalivedAction action, ActionLog log) => action.Unit is { } unit
        ? log.RunAsync(Word(action.Step), unit.Name, () => RunUnitAsync(action.Step, unit))
        : RemoveUnitAsync(action.UnitName, log);

    // Phase one puts every text on the disk under a temporary name; phase two only renames, and is not interrupted.
    private async Task<Failure?> WriteAsync(KeepalivedPlan plan, ActionLog log, CancellationToken cancellationToken)
    {
        var prepared = new List<PreparedFile>();
        try
        {
            var failure = await log.RunAsync("prepare", options.Paths.OwnedUnits(plan.LoadBalancerId), () => Prepare(plan, prepared));
            cancellationToken.ThrowIfCancellationRequested();
            failure ??= await log.RunAsync("write", options.Paths.ChangeMarker(plan.LoadBalancerId), () => Begin(plan));
            foreach (var file in prepared.TakeWhile(_ => failure is null))
            {
                failure = await log.RunAsync("write", file.FilePath, file.Commit);
            }

            return failure;
        }
        finally
        {
            prepared.ForEach(file => file.Dispose());
        }
    }

    private void Prepare(KeepalivedPlan plan, List<PreparedFile> prepared)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.Paths.OwnedUnits(plan.LoadBalancerId))!);
        foreach (var file in plan.Write)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
            prepared.Add(AtomicFile.PrepareText(file.Path, file.Text, file.Mode));
        }
    }

    // Written down before there is anything: services that exist belong to the load balancer, whatever happens next.
    private void Begin(KeepalivedPlan plan)
    {
        var touched = plan.Actions.Select(action => action.UnitName).ToList();
        AtomicFile.WriteText(options.Paths.ChangeMarker(plan.LoadBalancerId), Lines(touched), ListMode);
        AtomicFile.WriteText(options.Paths.OwnedUnits(plan.LoadBalancerId), Lines(plan.Owned.Union(touched)), ListMode);
    }

    private void Finish(KeepalivedPlan plan)
    {
        var owned = options.Paths.OwnedUnits(plan.LoadBalancerId);
        if (plan.Owned.Count > 0)
        {
            AtomicFile.WriteText(owned, Lines(plan.Owned), ListMode);
            AtomicFile.Delete(options.Paths.ChangeMarker(plan.LoadBalancerId));
            return;
        }

        AtomicFile.Delete(options.Paths.ChangeMarker(plan.LoadBalancerId));
        AtomicFile.Delete(owned);
        var directory = Path.GetDirectoryName(owned)!;
        if (!Directory.EnumerateFileSystemEntries(directory).Any())
        {
            Directory.Delete(directory);
        }
    }

    private async Task<Failure?> RunUnitAsync(KeepalivedStep step, ServiceUnit unit) =>
        await services.InstallAsync(unit, CancellationToken.None)
        ?? await (step switch
        {
            KeepalivedStep.Start => services.StartAsync(unit.Name, CancellationToken.None),
            KeepalivedStep.Reload => services.ReloadAsync(unit.Name, CancellationToken.None),
            _ => RestartAsync(unit.Name),
        })
        ?? await WatchAsync(step, unit.Name);

    private async Task<Failure?> RestartAsync(string unit) =>
        await services.StopAsync(unit, CancellationToken.None) ?? await services.StartAsync(unit, CancellationToken.None);

    // Fails when it ends, or when the service manager had to start it again.
    private async Task<Failure?> WatchAsync(KeepalivedStep step, string unit)
    {
        var clock = Stopwatch.StartNew();
        int? firstPid = null;
        while (clock.Elapsed < options.Timeouts.Watch)
        {
            var state = await services.ReadAsync(unit, CancellationToken.None);
            if (!state.Ok)
            {
                return state.Failure;
            }

            firstPid ??= state.Value.MainPid;
            if (!state.Value.Active || state.Value.MainPid != firstPid)
            {
                return new Failure($"{Word(step)} {unit}", $"cannot {Word(step)} {unit}: keepalived ended after "
                    + $"{clock.Elapsed.TotalMilliseconds:0} ms (now {state.Value.Detail})")
                {
                    Tool = "keepalived",
                    Output = await services.LogAsync(unit, CancellationToken.None),
                };
            }

            await Task.Delay(options.Timeouts.Poll);
        }

        return null;
    }

    private async Task<Failure?> RemoveUnitAsync(string unit, ActionLog log) =>
        await log.RunAsync("remove", unit, async () =>
        {
            var failure = await services.RemoveAsync(unit, CancellationToken.None);
            foreach (var path in options.Paths.FilesOf(unit).TakeWhile(_ => failure is null))
            {
                AtomicFile.Delete(path);
            }

            return failure;
        });

    private static string Lines(IEnumerable<string> names) => string.Concat(names.Select(name => name + "\n"));

    private static string Word(KeepalivedStep step) => step switch
    {
        KeepalivedStep.Start => "start",
        KeepalivedStep.Reload => "reload",
        KeepalivedStep.Restart => "restart",
        _ => "remove",
    };
}
