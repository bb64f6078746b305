// Record of the journal → the same question again, for today's planner. Pure.
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Journal.Reading;
using Amphora.Agent.Journal.Records;
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Recorded;

/// <summary>Makes decisions again.</summary>
internal static class PlanReplay
{
    /// <summary>What was decided then.</summary>
    /// <exception cref="MissingTextException">The journal does not have a text.</exception>
    public static PlanVerdict Then(PlanRecord record, TextBook texts) => new()
    {
        Step = record.Decision.Step,
        Changes = texts.Lines(record.Decision.Changes),
        Reasons = texts.Lines(record.Decision.Reasons),
        Commands = texts.Lines(record.Decision.Commands),
        Text = record.Decision.Text,
        Write = record.Decision.Write.ToValueList(),
    };

    /// <summary>What is decided today.</summary>
    /// <param name="loadBalancerId">Whose plan it is.</param>
    /// <param name="record">The plan.</param>
    /// <param name="texts">Texts of the journal so far.</param>
    /// <exception cref="MissingTextException">The journal does not have a text.</exception>
    public static PlanVerdict Now(string loadBalancerId, PlanRecord record, TextBook texts) =>
        PlanVerdict.Of(HaproxyPlanner.Plan(Options(record.Options), Running(loadBalancerId, record.Running, texts), Wanted(loadBalancerId, record.Wanted, texts)));

    private static HaproxyOptions Options(PlanOptions options) => new()
    {
        BasePath = options.BasePath,
        BaseCertDir = options.BaseCertDir,
        ServerSlots = options.ServerSlots,
        MemoryMiB = options.MemoryMib,
        Threads = options.Threads,
    };

    private static HaproxyRunning Running(string loadBalancerId, PlanRunning running, TextBook texts) => new()
    {
        LoadBalancerId = loadBalancerId,
        Uploaded = texts.Text(running.Uploaded),
        Config = texts.Text(running.Config),
        Servers = Servers(texts.Text(running.Servers)),
        Busy = running.Busy.ToValueList(),
        LoadedFiles = texts.Text(running.LoadedFiles) is { } loaded ? TlsFiles.Parse(loaded) : null,
        Files = texts.Text(running.Files) is { } files ? TlsFiles.Parse(files)! : TlsFiles.None,
        StrayedFiles = [.. running.StrayedFiles.Select(static strayed => new TlsDifference(strayed.Name, strayed.Words))],
        Strayed = running.Strayed.ToValueList(),
        Patterns = running.Patterns.ToDictionary(static pattern => pattern.Line, static pattern => pattern.Pattern),
        CrtLists = CrtLists(running.CrtLists, texts),
        Service = new ServiceState(running.Installed, running.Active, running.Detail, MainPid: null),
        LocalPeer = running.LocalPeer,
        ChangeCutOff = running.ChangeCutOff,
        FilesPresent = running.FilesPresent,
    };

    private static HaproxyWanted Wanted(string loadBalancerId, PlanWanted wanted, TextBook texts) => new()
    {
        LoadBalancerId = loadBalancerId,
        Config = texts.Text(wanted.Config),
        LocalPeer = wanted.LocalPeer,
        CrtLists = CrtLists(wanted.CrtLists, texts),
    };

    private static ServerStates? Servers(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var states = ServerStates.Parse(text);
        return states.Ok ? states.Value : throw new MissingTextException($"its servers cannot be read: {states.Failure!.Message}");
    }

    // One whose text was not kept is known by its digest: the planner only asks whether two are the same.
    private static ValueList<CrtListFile> CrtLists(IReadOnlyList<PlanCrtList> lists, TextBook texts) =>
        lists.Select(list => new CrtListFile(list.Listener, texts.Find(list.Digest) ?? list.Digest)).ToValueList();
}
