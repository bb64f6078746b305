// Agent start: histories are read, made to agree with what is in force, and windows go on or end.
using Amphora.Agent.Actions;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Uploaded;
using Amphora.Agent.Certificates;
using Amphora.Contract;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Apply.Rollback;

/// <summary>Runs before the write queue does, and before the agent listens.</summary>
internal sealed class HistoryRecovery(GenerationStore generations, GenerationHistory history, HistoryWriter writer, CommitWindows windows, UploadedCommit uploads)
{
    private const string Found = "found in force when the agent started";

    // Milliseconds: twice the looks it takes.
    private const long LeastWatch = 2 * CommitRules.LooksInARow * 1000;

    /// <summary>Reads everything that is kept.</summary>
    /// <returns>What could not be kept of load balancers that have no history yet.</returns>
    public ValueList<Failure> Load()
    {
        history.Load();
        var failures = new List<Failure?>();
        foreach (var wanted in generations.InForce.Values)
        {
            failures.Add(Agree(wanted));
        }

        foreach (var loadBalancer in generations.List().Where(static loadBalancer => loadBalancer.ManagedBy == HistoryEntry.Api1))
        {
            failures.Add(history.InForce(loadBalancer.Id) is null ? uploads.Adopt(loadBalancer.Id) : null);
        }

        return failures.OfType<Failure>().ToValueList();
    }

    /// <summary>Opens the window of a load balancer again, as it was left by the agent before.</summary>
    /// <returns>Why the generation in force has to go at once; null: it need not.</returns>
    public string? Reopen(string loadBalancerId)
    {
        if (history.InForce(loadBalancerId) is not { } inForce || history.ReadWindow(loadBalancerId, inForce.Sequence) is not { } window)
        {
            return null;
        }

        if (window.BootId != ProcessStatus.BootId)
        {
            // Times of another boot say nothing, and nobody confirmed it: a host that was started again to get rid of it is what it looks like.
            windows.Replace(loadBalancerId, window with { BootId = ProcessStatus.BootId, Before = null, WatchedUntil = null, ConfirmBy = window.ConfirmBy is null ? null : windows.Now });
            return window.ConfirmBy is null ? null : "the amphora was started again before it was confirmed";
        }

        // What happened while no agent looked has to be seen as well.
        windows.Replace(loadBalancerId, window with { WatchedUntil = window.WatchedUntil is { } until ? Math.Max(until, windows.Now + LeastWatch) : null });
        return window.ConfirmBy <= windows.Now ? window.Unconfirmed : null;
    }

    // generation.json is the truth; an entry that it did not follow never came into force.
    private Failure? Agree(Wanted wanted)
    {
        var id = wanted.LoadBalancerId;
        var read = OperatingSystemFailure.Try("read generation.json", () => generations.ReadFile(id));
        if (read.Failure is { } unreadable || read.Value is not { } content)
        {
            return read.Failure;
        }

        var digest = CertificateStore.Digest(content);
        var known = history.Find(id).LastOrDefault(entry => entry.Digest == digest);
        if (known is not null)
        {
            foreach (var cutOff in history.Find(id).Where(entry => entry.Sequence > known.Sequence).ToList())
            {
                history.TakeBack(id, cutOff.Sequence);
            }

            return null;
        }

        var staged = writer.Stage(id, new NewGeneration
        {
            ManagedBy = HistoryEntry.Api2,
            Generation = wanted.Document.Generation,
            Content = content,
            CertificateFiles = wanted.Document.TlsFiles.Select(static file => file.File),
            Summary = HistorySummary.With(HistorySummary.Of(wanted.Document), [Found]),
        });
        return staged.Failure ?? writer.Add(id, staged.Value, CommitTerms.Proven).Failure;
    }
}
