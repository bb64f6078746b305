// Plan → record of the journal.
using Amphora.Agent.Journal;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Recorded;

/// <summary>Writes plans down. <see cref="PlanReplay"/> is the way back.</summary>
internal static class PlanRecorder
{
    /// <summary>Tells the journal of a plan that is about to be carried out. One that changes nothing is nothing to tell, and neither is one the
    /// planner did not make (a repair of what somebody else changed).</summary>
    public static void Plan(this AgentJournal journal, HaproxyPlan plan)
    {
        if (!plan.IsEmpty && plan.Basis is { } basis)
        {
            journal.Add(texts => new JournalRecord { Kind = RecordKind.Plan, LoadBalancer = plan.LoadBalancerId, Plan = Record(basis, plan, texts) });
        }
    }

    /// <summary>What was done for a plan.</summary>
    public static void Taken(this AgentJournal journal, HaproxyPlan plan, ValueList<Contract.Rest.ActionTaken> actions, Failure? failure)
    {
        if (!plan.IsEmpty)
        {
            journal.Taken(plan.LoadBalancerId, "haproxy", Word(plan.Step), actions, failure);
        }
    }

    /// <summary>As <c>reload</c>.</summary>
    public static string Word(HaproxyStep step) => step.ToString().ToLowerInvariant();

    private static PlanRecord Record(PlanBasis basis, HaproxyPlan plan, JournalTexts texts) => new()
    {
        Options = new PlanOptions
        {
            BasePath = basis.Options.BasePath,
            BaseCertDir = basis.Options.BaseCertDir,
            ServerSlots = basis.Options.ServerSlots,
            MemoryMib = basis.Options.MemoryMiB,
            Threads = basis.Options.Threads,
        },
        Running = Running(basis.Running, texts),
        Wanted = new PlanWanted
        {
            Config = texts.Keep($"{plan.LoadBalancerId} uploaded", basis.Wanted.Config),
            LocalPeer = basis.Wanted.LocalPeer,
            CrtLists = CrtLists(basis.Wanted.CrtLists, texts),
        },
        Decision = Decision(plan, texts),
    };

    private static PlanRunning Running(HaproxyRunning running, JournalTexts texts) => new()
    {
        Uploaded = texts.Keep($"{running.LoadBalancerId} uploaded", running.Uploaded),
        Config = texts.Keep($"{running.LoadBalancerId} config", running.Config),
        Servers = texts.Keep($"{running.LoadBalancerId} servers", running.Servers?.ToText()),
        Busy = running.Busy,
        LoadedFiles = texts.Keep($"{running.LoadBalancerId} loaded", running.LoadedFiles?.Write()),
        Files = texts.Keep($"{running.LoadBalancerId} files", running.Files.Write()),
        StrayedFiles = running.StrayedFiles.ConvertAll(static difference => new PlanStrayed(difference.Name, difference.Words)),
        Strayed = running.Strayed,
        Patterns = [.. running.Patterns.Keys.Select(line => new PlanPattern(line, running.Patterns[line]))],
        CrtLists = CrtLists(running.CrtLists, texts),
        Installed = running.Service.Installed,
        Active = running.Service.Active,
        Detail = running.Service.Detail,
        LocalPeer = running.LocalPeer,
        ChangeCutOff = running.ChangeCutOff,
        FilesPresent = running.FilesPresent,
    };

    private static PlanDecision Decision(HaproxyPlan plan, JournalTexts texts)
    {
        var decision = PlanVerdict.Of(plan);
        return new PlanDecision
        {
            Step = decision.Step,
            Changes = texts.Lines($"{plan.LoadBalancerId} changes", decision.Changes),
            Reasons = texts.Lines($"{plan.LoadBalancerId} reasons", decision.Reasons),
            Commands = texts.Lines($"{plan.LoadBalancerId} commands", decision.Commands),
            Text = decision.Text,
            Write = decision.Write,
            Delete = plan.Delete,
        };
    }

    private static IReadOnlyList<PlanCrtList> CrtLists(ValueList<CrtListFile> lists, JournalTexts texts) => lists.ConvertAll(list => new PlanCrtList(
        list.ListenerId,
        IsListOfPaths(list.Text) ? texts.Keep($"{list.ListenerId} crt-list", list.Text)! : JournalTexts.DigestOf(list.Text)));

    // Over API 1.0 a key may have been uploaded under a listener's name.
    private static bool IsListOfPaths(string text) => text.Split('\n').All(static line => line.Length == 0 || line[0] is '/' or '#');
}
