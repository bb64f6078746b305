// Carries out a plan: its files, then the process.
using System.Diagnostics;
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy.Recorded;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Journal;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy;

/// <summary>Makes HAProxy run what is planned. It can be run in any half-done state: read and plan again, then execute.</summary>
internal sealed partial class HaproxyExecutor(
    HaproxyOptions options, IServiceManager services, IHaproxyRuntime runtime, AgentJournal journal, ILogger<HaproxyExecutor> logger)
{
    private readonly HaproxyFiles _files = new(options, runtime);

    /// <summary>Executes the plan and waits until the new process answers. Until the first rename a failure or a cancellation
    /// leaves everything as it was; after it, the plan to the earlier wanted state undoes what was done.</summary>
    /// <returns>The actions taken.</returns>
    public async Task<Outcome<ValueList<ActionTaken>>> ExecuteAsync(HaproxyPlan plan, CancellationToken cancellationToken)
    {
        var log = new ActionLog();
        journal.Plan(plan);
        var failure = plan.Step == HaproxyStep.Remove
            ? await RemoveAsync(plan, log)
            : await ApplyAsync(plan, log, cancellationToken);
        journal.Taken(plan, log.Taken, failure);
        return failure is null ? log.Taken : failure;
    }

    private async Task<Failure?> ApplyAsync(HaproxyPlan plan, ActionLog log, CancellationToken cancellationToken)
    {
        return plan.Step switch
        {
            HaproxyStep.None => await _files.DeleteAsync(plan, log),
            HaproxyStep.Change => await ChangeAsync(plan, log, cancellationToken),
            _ => await ReplaceAsync(plan, log, cancellationToken),
        };
    }

    // Proven or not done: a process that cannot be brought to the text is replaced by one that reads it.
    private async Task<Failure?> ChangeAsync(HaproxyPlan plan, ActionLog log, CancellationToken cancellationToken)
    {
        var failure = await _files.WriteAsync(plan, log, cancellationToken);
        if (failure is not null)
        {
            return failure;
        }

        var paths = options.Paths(plan.LoadBalancerId);
        var unproven = plan.Servers.Count + plan.Certificates.Count + plan.Patterns.Count == 0 ? null : await log.RunAsync("change", Changed(plan), () => BringAsync(plan, paths));
        if (unproven is null)
        {
            return OperatingSystemFailure.Try($"delete {paths.ChangeMarker}", () => File.Delete(paths.ChangeMarker)) ?? await _files.DeleteAsync(plan, log);
        }

        Log.Unproven(logger, plan.LoadBalancerId, unproven.Message);
        return await ReplaceAsync(
            plan with { Step = HaproxyStep.Reload, Text = plan.Fresh, Running = plan.Text, Write = [new HaproxyFile(paths.Config, plan.Fresh!.ToString())] }, log, CancellationToken.None);
    }

    private async Task<Failure?> BringAsync(HaproxyPlan plan, HaproxyPaths paths)
    {
        var opened = await AdminSession.OpenAsync(paths, options.Timeouts.Socket, CancellationToken.None);
        if (!opened.Ok)
        {
            return opened.Failure;
        }

        using var session = opened.Value;
        var unproven = (plan.Certificates.Count == 0 ? null : await session.BringAsync(plan.Certificates, plan.Files, CancellationToken.None))
            ?? (plan.Patterns.Count == 0 ? null : await session.BringAsync(plan.Patterns, CancellationToken.None))
            ?? (plan.Servers.Count == 0 ? null : await session.BringAsync(plan.Text!, plan.Servers, CancellationToken.None));
        journal.Commands(plan.LoadBalancerId, session.Worker.Pid, session.Said);
        journal.Proof(plan.LoadBalancerId, Changed(plan), unproven);
        return unproven;
    }

    private static string Changed(HaproxyPlan plan)
    {
        return string.Join(" and ", new[] { Part(plan.Servers.Count, "servers"), Part(plan.Certificates.Count, "certificates"), Part(plan.Patterns.Count, "rules") }.OfType<string>());

        static string? Part(int count, string things) => count > 0 ? $"{count} {things}" : null;
    }

    private async Task<Failure?> ReplaceAsync(HaproxyPlan plan, ActionLog log, CancellationToken cancellationToken)
    {
        // A start has nothing to lose, and HAProxy's own words to show.
        if (plan.Step != HaproxyStep.Start
            && BindProbe.Try($"{Word(plan.Step)} {plan.Unit!.Name}", options.NetworkNamespace, plan.Config!) is { } taken)
        {
            return taken;
        }

        var old = await runtime.ShowInfoAsync(plan.LoadBalancerId, cancellationToken);
        // Stays with the process that is replaced, and is the only way to it then.
        var leaving = plan.Step == HaproxyStep.Reload ? await AdminSession.OpenAsync(options.Paths(plan.LoadBalancerId), options.Timeouts.Socket, cancellationToken) : default;
        using var session = leaving.Ok ? leaving.Value : null;
        return await _files.WriteAsync(plan, log, cancellationToken)
            ?? await log.RunAsync(Word(plan.Step), plan.Unit!.Name, () => RunUnitAsync(plan, plan.Unit, old.Ok ? old.Value.Pid : null))
            ?? await LeaveAsync(plan, session, log)
            ?? await _files.DeleteAsync(plan, log);
    }

    // The old process still serves its clients' keep-alive connections: none of them may go to a member that is gone. One that does not
    // answer has ended already.
    private async Task<Failure?> LeaveAsync(HaproxyPlan plan, AdminSession? session, ActionLog log)
    {
        if (session is null || plan.Running is null || await session.RefreshAsync(CancellationToken.None) is not null)
        {
            return null;
        }

        return await log.RunAsync("leave", $"process {session.Worker.Pid} with {session.Worker.Connections} connections", async () =>
        {
            if (SlotPlanner.Leaving(plan.Running, plan.Text!) is { } gone)
            {
                _ = await session.BringAsync(gone, CancellationToken.None);
                journal.Commands(plan.LoadBalancerId, session.Worker.Pid, session.Said);
            }

            return null;
        });
    }

    private async Task<Failure?> RunUnitAsync(HaproxyPlan plan, ServiceUnit unit, int? oldWorker)
    {
        var paths = options.Paths(plan.LoadBalancerId);
        var files = TlsReader.Refresh(plan.Files);
        var failure = await services.InstallAsync(unit, CancellationToken.None)
            ?? await (plan.Step switch
            {
                HaproxyStep.Start => services.StartAsync(unit.Name, CancellationToken.None),
                HaproxyStep.Reload => services.ReloadAsync(unit.Name, CancellationToken.None),
                _ => RestartAsync(unit.Name),
            })
            ?? await WaitForWorkerAsync(plan, unit.Name, oldWorker);
        if (failure is not null)
        {
            return BindProbe.Explain(failure, options.NetworkNamespace, plan.Config!);
        }

        AtomicFile.WriteText(paths.LoadedFiles, files.Write(), HaproxyFiles.Mode);
        File.Delete(paths.ChangeMarker);
        return null;
    }

    private async Task<Failure?> RestartAsync(string unit) =>
        await services.StopAsync(unit, CancellationToken.None) ?? await services.StartAsync(unit, CancellationToken.None);

    // After a reload that failed the old worker goes on answering: only another process id says that the new one serves.
    private async Task<Failure?> WaitForWorkerAsync(HaproxyPlan plan, string unit, int? oldWorker)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var info = await runtime.ShowInfoAsync(plan.LoadBalancerId, CancellationToken.None);
            if (info.Ok && info.Value.Pid != oldWorker && !info.Value.Stopping)
            {
                return null;
            }

            if (clock.Elapsed > options.Timeouts.Answering)
            {
                return new Failure($"{Word(plan.Step)} {unit}", info.Ok
                    ? $"cannot {Word(plan.Step)} {unit}: process {info.Value.Pid} still serves, the new one could not start; "
                        + "most likely a port is taken, HAProxy's log says which"
                    : $"cannot {Word(plan.Step)} {unit}: {info.Failure!.Message}")
                {
                    Tool = "haproxy",
                    Kind = info.Ok ? FailureKind.Internal : FailureKind.TimedOut,
                };
            }

            await Task.Delay(options.Timeouts.Poll);
        }
    }

    private async Task<Failure?> RemoveAsync(HaproxyPlan plan, ActionLog log)
    {
        var paths = options.Paths(plan.LoadBalancerId);
        return await log.RunAsync("remove", paths.Unit, () => services.RemoveAsync(paths.Unit, CancellationToken.None))
            ?? await _files.DeleteAsync(plan, log)
            ?? await log.RunAsync("delete", paths.Directory, () => HaproxyFiles.RemoveDirectories(paths));
    }

    private static string Word(HaproxyStep step) => step switch
    {
        HaproxyStep.Start => "start",
        HaproxyStep.Reload => "reload",
        HaproxyStep.Restart => "restart",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "not an action on a unit"),
    };

    private static partial class Log
    {
        [LoggerMessage(530, LogLevel.Warning, "load balancer {LoadBalancer}: HAProxy is reloaded, as what was changed while it runs is not proven: {Reason}")]
        public static partial void Unproven(ILogger logger, string loadBalancer, string reason);
    }
}
