// How a document comes into force on disk: its entry in the history, then generation.json, whose rename is the moment.
using System.Diagnostics;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Apply;

/// <summary>Records in two halves. An entry of the history whose generation.json did not follow is taken out at the next start.</summary>
internal sealed class Recorder(GenerationStore generations, GenerationHistory history, HistoryWriter writer, CommitWindows windows, CommitEyes eyes)
{
    /// <summary>How things are before a generation takes the place of another one; null: nobody will compare.</summary>
    public async Task<BeforeCommit?> LookAsync(Wanted wanted, Wanted? before, CancellationToken cancellationToken) => before is null
        ? null
        : await eyes.LookAsync(wanted.LoadBalancerId, before.Haproxy.Config, wanted.Haproxy.Config, cancellationToken);

    /// <summary>Writes everything under names that mean nothing yet, so that a full disk is found out before anything is changed.</summary>
    public Outcome<PreparedGeneration> Prepare(Wanted wanted)
    {
        var content = GenerationFile.Write(wanted);
        var entry = writer.Stage(wanted.LoadBalancerId, new NewGeneration
        {
            ManagedBy = HistoryEntry.Api2,
            Generation = wanted.Document.Generation,
            Content = content,
            CertificateFiles = wanted.Document.TlsFiles.Select(static file => file.File),
            Summary = HistorySummary.Of(wanted.Document),
        });
        if (entry.Failure is { } full)
        {
            return full;
        }

        var file = generations.Prepare(wanted, content);
        return file.Failure is { } failure ? failure : new PreparedGeneration(wanted, file.Value, entry.Value);
    }

    /// <summary>Makes it the one in force.</summary>
    /// <param name="prepared">The first half.</param>
    /// <param name="terms">When it is confirmed.</param>
    /// <param name="progress">Its changes are remembered; is told the sequence.</param>
    public Failure? Record(PreparedGeneration prepared, CommitTerms terms, Progress progress)
    {
        var started = Stopwatch.GetTimestamp();
        var isTheSame = history.InForce(prepared.Wanted.LoadBalancerId)?.Digest == prepared.Entry.Digest;
        // What was in force already and had come apart is no other generation.
        var failure = isTheSame ? generations.Record(prepared.Wanted, prepared.File) : Enter(prepared, terms, progress);
        progress.Took("record", "generation.json", started);
        return failure;
    }

    /// <summary>Tells which entry of the history is in force, and by when it has to be confirmed.</summary>
    public void Tell(string loadBalancerId, Progress progress)
    {
        if (history.InForce(loadBalancerId) is { } inForce)
        {
            progress.Recorded(inForce.Sequence, windows.Find(loadBalancerId)?.ConfirmByTime);
        }
    }

    /// <summary>Forgets a load balancer whose services and files are gone.</summary>
    public Failure? Forget(string loadBalancerId)
    {
        history.Forget(loadBalancerId);
        return windows.End(loadBalancerId) ?? generations.Forget(loadBalancerId);
    }

    private Failure? Enter(PreparedGeneration prepared, CommitTerms terms, Progress progress)
    {
        var (id, entry) = (prepared.Wanted.LoadBalancerId, prepared.Entry with { Summary = HistorySummary.With(prepared.Entry.Summary, progress.Changes) });
        var window = writer.Add(id, entry, terms);
        var failure = window.Failure ?? generations.Record(prepared.Wanted, prepared.File);
        if (failure is not null)
        {
            writer.TakeBack(id, entry);
            return failure;
        }

        writer.Begin(id, window.Value);
        progress.Recorded(entry.Sequence, window.Value?.ConfirmByTime);
        return null;
    }
}

/// <summary>A generation that is on disk and not in force.</summary>
/// <param name="Wanted">The generation.</param>
/// <param name="File">generation.json.</param>
/// <param name="Entry">Its entry of the history.</param>
internal sealed record PreparedGeneration(Wanted Wanted, PreparedFile File, HistoryEntry Entry) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
