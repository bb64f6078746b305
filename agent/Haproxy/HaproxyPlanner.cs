// Decides what has to be done: running + wanted → plan. Pure.
using Amphora.Agent.Haproxy.Acl;
using Amphora.Agent.Haproxy.Augment;
using Amphora.Agent.Haproxy.Recorded;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>Compares what runs with what is wanted.</summary>
internal static class HaproxyPlanner
{
    /// <summary>The plan; empty when everything is as wanted.</summary>
    /// <param name="options">For the paths.</param>
    /// <param name="running">From the reader.</param>
    /// <param name="wanted">From the document or from API 1.0.</param>
    public static HaproxyPlan Plan(HaproxyOptions options, HaproxyRunning running, HaproxyWanted wanted)
    {
        var paths = options.Paths(wanted.LoadBalancerId);
        var plan = wanted.Config is null ? Removal(paths, running) : Apply(options, paths, running, wanted, wanted.Config);
        return plan with { Basis = new PlanBasis(options, running, wanted) };
    }

    private static HaproxyPlan Apply(HaproxyOptions options, HaproxyPaths paths, HaproxyRunning running, HaproxyWanted wanted, string config)
    {
        var fresh = HaproxyAugment.Augment(config, AugmentFacts.Of(options, paths));
        var now = running.Config is null ? null : SlottedText.Parse(running.Config);
        var reasons = new List<string>();
        var step = ChooseStep(paths, running, wanted, reasons);
        var slots = step == HaproxyStep.None && now is not null ? SlotPlanner.Plan(now, fresh, running.Busy) : new SlotPlan(null, [], []);
        var tls = step == HaproxyStep.None && now is not null ? TlsPlanner.Plan(Loaded(running), running.Files, running.StrayedFiles) : new TlsPlan([], [], []);
        step = step == HaproxyStep.None && slots.Reasons.Count + tls.Reasons.Count > 0 ? HaproxyStep.Reload : step;
        var text = slots.Text ?? fresh;
        var written = text.ToString();
        var servers = step == HaproxyStep.None && running.Servers is not null ? SlotState.Compare(text, running.Servers) : [];
        var patterns = step == HaproxyStep.None && running.Servers is not null ? AclState.Compare(written, running.Patterns) : [];
        var write = Files(paths, running, wanted, written);
        ValueList<TlsStep> certificates = step == HaproxyStep.None ? tls.Steps : [];
        return new HaproxyPlan
        {
            LoadBalancerId = wanted.LoadBalancerId,
            Step = step == HaproxyStep.None && write.Count + servers.Count + certificates.Count + patterns.Count > 0 ? HaproxyStep.Change : step,
            Unit = HaproxyUnit.For(options, wanted.LoadBalancerId, wanted.LocalPeer),
            Config = config,
            Text = text,
            Fresh = fresh,
            Running = now,
            Write = write,
            Delete = StaleCrtLists(paths, running, wanted, config),
            Changes = [.. Changes(slots, servers, reasons, running.Uploaded != config && tls.Changes.Count + patterns.Count == 0), .. tls.Changes, .. patterns.Select(static pattern => pattern.ToString())],
            Servers = servers,
            Files = running.Files,
            Certificates = certificates,
            Patterns = patterns,
            Reasons = [.. reasons, .. slots.Reasons, .. tls.Reasons],
        };
    }

    // A server that differs without a change of its slot was changed by somebody else.
    private static ValueList<string> Changes(SlotPlan slots, ValueList<SlotDifference> servers, List<string> reasons, bool isOther) =>
    [
        .. reasons,
        .. slots.Changes,
        .. slots.Changes.Count > 0 ? [] : servers.Select(static server => server.ToString()),
        .. isOther && reasons.Count + slots.Changes.Count == 0 ? ["haproxy.cfg says the same in other words"] : Array.Empty<string>(),
    ];

    private static ValueList<HaproxyFile> Files(HaproxyPaths paths, HaproxyRunning running, HaproxyWanted wanted, string written) =>
    [
        .. wanted.CrtLists.Where(crtList => running.CrtLists.All(file => file != crtList)).Select(crtList => new HaproxyFile(paths.CrtList(crtList.ListenerId), crtList.Text)),
        .. running.Uploaded == wanted.Config ? Array.Empty<HaproxyFile>() : [new HaproxyFile(paths.Uploaded, wanted.Config!)],
        .. running.Config == written ? Array.Empty<HaproxyFile>() : [new HaproxyFile(paths.Config, written)],
        .. Loaded(running) == running.Files ? Array.Empty<HaproxyFile>() : [new HaproxyFile(paths.LoadedFiles, running.Files.Write())],
    ];

    // Before the first certificate nothing is written down.
    private static TlsFiles? Loaded(HaproxyRunning running) => running.LoadedFiles ?? (running.Files == TlsFiles.None ? TlsFiles.None : null);

    private static HaproxyStep ChooseStep(HaproxyPaths paths, HaproxyRunning running, HaproxyWanted wanted, List<string> reasons)
    {
        AddIf(running.Config is null, "haproxy.cfg added");
        if (!running.Service.Active)
        {
            reasons.Add($"{paths.Unit} does not run");
            return HaproxyStep.Start;
        }

        if (running.LocalPeer is not null && running.LocalPeer != wanted.LocalPeer)
        {
            reasons.Add($"peer name changed from {running.LocalPeer} to {wanted.LocalPeer}");
            return HaproxyStep.Restart;
        }

        AddIf(running.ChangeCutOff, "an earlier change was cut off");
        AddIf(!running.Service.Installed, $"{paths.Unit} is not installed");
        AddIf(running is { Config: not null, Servers: null }, $"HAProxy does not answer at {Path.GetFileName(paths.AdminSocket)}");
        reasons.AddRange(running.Strayed);
        return reasons.Count > 0 ? HaproxyStep.Reload : HaproxyStep.None;

        void AddIf(bool isSo, string reason)
        {
            if (isSo)
            {
                reasons.Add(reason);
            }
        }
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
