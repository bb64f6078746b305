// Decides what has to be done: running + wanted → plan. Pure.
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived;

/// <summary>Compares what runs with what is wanted.</summary>
internal static class KeepalivedPlanner
{
    private const UnixFileMode ConfigMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode ScriptMode =
        ConfigMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The plan; empty when everything is as wanted.</summary>
    public static KeepalivedPlan Plan(KeepalivedOptions options, KeepalivedRunning running, KeepalivedWanted wanted)
    {
        var draft = new Draft([], [], []);
        var services = WantedServices(options, wanted);
        foreach (var (unit, text, reload) in services)
        {
            PlanService(running, new KeepalivedFile(options.Paths.FilesOf(unit.Name)[0], text, ConfigMode), unit, reload, draft);
        }

        if (wanted.VrrpConfig is not null && CheckScript.Text(options) is var script && running.CheckScript != script)
        {
            draft.Write.Add(new KeepalivedFile(options.Paths.CheckScript, script, ScriptMode));
            draft.Changes.Add($"check_script.sh {(running.CheckScript is null ? "added" : "changed")}");
        }

        if (wanted.Lvs.Count > 0)
        {
            PlanCheckPrograms(options, running, draft);
        }

        var owned = services.Select(service => service.Unit.Name).ToValueList();
        foreach (var gone in running.Owned.Except(owned))
        {
            draft.Actions.Add(new KeepalivedAction(KeepalivedStep.Remove, gone, Unit: null));
            draft.Changes.Add($"{gone} removed");
        }

        return new KeepalivedPlan
        {
            LoadBalancerId = wanted.LoadBalancerId,
            Write = draft.Write.ToValueList(),
            Actions = draft.Actions.ToValueList(),
            Owned = owned,
            OwnedChanges = owned != running.Owned,
            Changes = draft.Changes.ToValueList(),
        };
    }

    private static void PlanService(KeepalivedRunning running, KeepalivedFile file, ServiceUnit unit, KeepalivedStep reload, Draft draft)
    {
        var now = running.Service(unit.Name);
        var different = now?.Config != file.Text;
        if (different)
        {
            draft.Write.Add(file);
            draft.Changes.Add($"{Path.GetFileName(file.Path)} {(now?.Config is null ? "added" : "changed")}");
        }

        if (now is not { State.Active: true })
        {
            draft.Actions.Add(new KeepalivedAction(KeepalivedStep.Start, unit.Name, unit));
            draft.Changes.Add($"{unit.Name} does not run");
        }
        else if (different || !now.State.Installed || running.ChangeCutOff.Contains(unit.Name))
        {
            draft.Actions.Add(new KeepalivedAction(reload, unit.Name, unit));
            draft.Changes.AddRange(different ? [] : [$"an earlier change of {unit.Name} was cut off"]);
        }
    }

    private static void PlanCheckPrograms(KeepalivedOptions options, KeepalivedRunning running, Draft draft)
    {
        foreach (var program in CheckPrograms.Files(options).Where(program => !running.CheckPrograms.Contains(program.Text)))
        {
            draft.Write.Add(program);
            draft.Changes.Add($"{Path.GetFileName(program.Path)} added");
        }
    }

    private static List<Service> WantedServices(KeepalivedOptions options, KeepalivedWanted wanted)
    {
        var services = new List<Service>();
        if (wanted.VrrpConfig is { } vrrp)
        {
            services.Add(new Service(KeepalivedUnits.Vrrp(options), vrrp, KeepalivedStep.Reload));
        }

        // agent-api §4: an LVS reload always becomes a restart.
        services.AddRange(wanted.Lvs.Select(lvs => new Service(KeepalivedUnits.Lvs(options, lvs.ListenerId), lvs.Text, KeepalivedStep.Restart)));
        return services;
    }

    private sealed record Service(ServiceUnit Unit, string Text, KeepalivedStep Reload);

    private sealed record Draft(List<KeepalivedFile> Write, List<KeepalivedAction> Actions, List<string> Changes);
}
