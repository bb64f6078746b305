// Decides what has to be done: running + wanted → plan. Pure.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>Compares what runs with what is wanted.</summary>
internal static class HaproxyPlanner
{
    /// <summary>The plan; empty when everything is as wanted.</summary>
    /// <param name="options">For the paths.</param>
    /// <param name="running">From the reader.</param>
    /// <param name="wanted">From the document or from API 1.0.</param>
    /// <param name="otherReasons">Why a reload is needed although no text changed, as <c>certificate ….pem changed</c>.</param>
    public static HaproxyPlan Plan(
        HaproxyOptions options, HaproxyRunning running, HaproxyWanted wanted, ValueList<string> otherReasons = default)
    {
        var paths = options.Paths(wanted.LoadBalancerId);
        return wanted.Config is null
            ? Removal(paths, running)
            : Apply(options, paths, running, wanted, wanted.Config, otherReasons);
    }

    private static HaproxyPlan Apply(
        HaproxyOptions options, HaproxyPaths paths, HaproxyRunning running, HaproxyWanted wanted, string config, ValueList<string> otherReasons)
    {
        var changes = new List<string>(otherReasons);
        var write = new List<HaproxyFile>();
        if (running.Config != config)
        {
            changes.Add(running.Config is null ? "haproxy.cfg added" : "haproxy.cfg changed");
            write.Add(new HaproxyFile(paths.Config, config));
        }

        foreach (var crtList in wanted.CrtLists)
        {
            var old = running.CrtLists.FirstOrDefault(file => file.ListenerId == crtList.ListenerId);
            if (old != crtList)
            {
                changes.Add($"certificates of listener {crtList.ListenerId} {(old is null ? "added" : "changed")}");
                write.Add(new HaproxyFile(paths.CrtList(crtList.ListenerId), crtList.Text));
            }
        }

        var delete = StaleCrtLists(paths, running, wanted, config);
        var step = ChooseStep(paths, running, wanted, changes);
        return new HaproxyPlan
        {
            LoadBalancerId = wanted.LoadBalancerId,
            Step = step,
            Unit = HaproxyUnit.For(options, wanted.LoadBalancerId, wanted.LocalPeer),
            Config = config,
            Write = write.ToValueList(),
            Delete = delete,
            Changes = changes.ToValueList(),
        };
    }

    private static HaproxyStep ChooseStep(
        HaproxyPaths paths, HaproxyRunning running, HaproxyWanted wanted, List<string> changes)
    {
        if (!running.Service.Active)
        {
            changes.Add($"{paths.Unit} does not run");
            return HaproxyStep.Start;
        }

        if (running.LocalPeer is not null && running.LocalPeer != wanted.LocalPeer)
        {
            changes.Add($"peer name changed from {running.LocalPeer} to {wanted.LocalPeer}");
            return HaproxyStep.Restart;
        }

        if (running.ChangeCutOff)
        {
            changes.Add("an earlier change was cut off");
        }

        if (!running.Service.Installed)
        {
            changes.Add($"{paths.Unit} is not installed");
        }

        return changes.Count > 0 ? HaproxyStep.Reload : HaproxyStep.None;
    }

    // A crt-list that came as a file of API 1.0 is wanted as long as the configuration names it.
    private static ValueList<string> StaleCrtLists(HaproxyPaths paths, HaproxyRunning running, HaproxyWanted wanted, string config) =>
        running.CrtLists
            .Where(file => wanted.CrtLists.All(crtList => crtList.ListenerId != file.ListenerId))
            .Select(file => paths.CrtList(file.ListenerId))
            .Where(path => !config.Contains(path, StringComparison.Ordinal))
            .ToValueList();

    private static HaproxyPlan Removal(HaproxyPaths paths, HaproxyRunning running)
    {
        var present = running.Config is not null || running.FilesPresent || running.ChangeCutOff
            || running.Service.Installed || running.Service.Active || running.CrtLists.Count > 0;
        return new HaproxyPlan
        {
            LoadBalancerId = running.LoadBalancerId,
            Step = present ? HaproxyStep.Remove : HaproxyStep.None,
            Delete = present ? [.. paths.OwnFiles, .. running.CrtLists.Select(file => paths.CrtList(file.ListenerId))] : [],
            Changes = present ? ["haproxy.cfg removed"] : [],
        };
    }
}
