// The last generations of every load balancer, whichever API manages it: on disk, and the same as an immutable snapshot in memory.
using System.Collections.Immutable;
using System.Text;
using Amphora.Agent.Actions;
using Amphora.Agent.Certificates;
using Amphora.Agent.Journal;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;

namespace Amphora.Agent.Apply.History;

/// <summary>Remembers what was in force. The last entry of a load balancer is what is in force now. Changed only inside the write queue, or
/// before it runs.</summary>
internal sealed partial class GenerationHistory(ApplyOptions options, CertificateArchive certificates, AgentJournal journal, ILogger<GenerationHistory> logger)
{
    private readonly HistoryFiles _files = new(options.BasePath);

    private volatile ImmutableSortedDictionary<string, ValueList<HistoryEntry>> _entries =
        ImmutableSortedDictionary.Create<string, ValueList<HistoryEntry>>(StringComparer.Ordinal);

    /// <summary>Load balancers with a history.</summary>
    public IEnumerable<string> LoadBalancers => _entries.Keys;

    /// <summary>The entries of a load balancer, oldest first; empty when it has none.</summary>
    public ValueList<HistoryEntry> Find(string loadBalancerId) => _entries.GetValueOrDefault(loadBalancerId);

    /// <summary>One entry, or null.</summary>
    public HistoryEntry? Find(string loadBalancerId, long? sequence) => Find(loadBalancerId).FirstOrDefault(entry => entry.Sequence == sequence);

    /// <summary>The entry in force, or null.</summary>
    public HistoryEntry? InForce(string loadBalancerId) => Find(loadBalancerId) is { Count: > 0 } entries ? entries[^1] : null;

    /// <summary>Puts the content of the next entry on the disk, so that a full one is found out before anything is changed.</summary>
    /// <returns>The sequence the entry will have.</returns>
    public Outcome<long> Stage(string loadBalancerId, byte[] content) => OperatingSystemFailure.Try("keep the generation", () =>
    {
        var next = _files.Next(loadBalancerId);
        _files.WriteContent(loadBalancerId, next, content);
        return next;
    });

    /// <summary>Makes an entry the one in force; the oldest ones go.</summary>
    public Failure? Add(string loadBalancerId, HistoryEntry entry)
    {
        var failure = OperatingSystemFailure.Try("record the generation", () => _files.WriteEntry(loadBalancerId, entry));
        if (failure is null)
        {
            Keep(loadBalancerId, [.. Find(loadBalancerId), entry]);
            journal.Generation(entry.Return is null ? RecordKind.Commit : RecordKind.Rollback, loadBalancerId, RecordOf(entry));
        }

        return failure;
    }

    /// <summary>Takes an entry out again that did not come into force.</summary>
    public void TakeBack(string loadBalancerId, long sequence)
    {
        Keep(loadBalancerId, [.. Find(loadBalancerId).Where(entry => entry.Sequence != sequence)]);
        journal.Generation(RecordKind.Withdrawn, loadBalancerId, new GenerationRecord { Sequence = sequence });
    }

    /// <summary>What an entry was: generation.json, or haproxy.cfg.</summary>
    public Outcome<byte[]> ReadContent(string loadBalancerId, HistoryEntry entry)
    {
        var content = OperatingSystemFailure.Try($"read generation {entry.Sequence} of the history", () => _files.ReadContent(loadBalancerId, entry.Sequence));
        return content.Ok && CertificateStore.Digest(content.Value) != entry.Digest
            ? new Failure("read history", $"cannot use entry {entry.Sequence} of the history: what was kept of it is damaged")
            : content;
    }

    /// <summary>As <see cref="ReadContent"/>, for text; null when it cannot be read.</summary>
    public string? ReadText(string loadBalancerId, HistoryEntry? entry) =>
        entry is not null && ReadContent(loadBalancerId, entry) is { Ok: true } content ? Encoding.UTF8.GetString(content.Value) : null;

    /// <summary>Writes the window of an entry.</summary>
    public Failure? WriteWindow(string loadBalancerId, Commit.OpenWindow window) =>
        OperatingSystemFailure.Try("write down until when the generation is watched", () => _files.WriteWindow(loadBalancerId, window));

    /// <summary>The window of an entry as it was left by the agent before; null: there is none.</summary>
    public Commit.OpenWindow? ReadWindow(string loadBalancerId, long sequence) => _files.ReadWindow(loadBalancerId, sequence);

    /// <summary>Ends the window of an entry.</summary>
    public Failure? DeleteWindow(string loadBalancerId, long sequence) =>
        OperatingSystemFailure.Try("write down that the generation is confirmed", () => _files.DeleteWindow(loadBalancerId, sequence));

    /// <summary>Forgets a load balancer that is gone; its directory is somebody else's to delete.</summary>
    public void Forget(string loadBalancerId)
    {
        if (_entries.ContainsKey(loadBalancerId))
        {
            _entries = _entries.Remove(loadBalancerId);
            journal.Generation(RecordKind.Forgotten, loadBalancerId, new GenerationRecord());
        }
    }

    /// <summary>Reads all histories. What cannot be read is an error in the log, and left out.</summary>
    public void Load()
    {
        foreach (var loadBalancer in _files.LoadBalancers())
        {
            var read = OperatingSystemFailure.Try(
                "read the history",
                () => _files.ReadAll(loadBalancer, (file, reason) => Log.Unreadable(logger, loadBalancer, file, reason)).ToValueList());
            if (read.Failure is { } failure)
            {
                Log.Unreadable(logger, loadBalancer, "history", failure.Message);
            }
            else if (read.Value.Count > 0)
            {
                _entries = _entries.SetItem(loadBalancer, read.Value);
            }
        }
    }

    private static GenerationRecord RecordOf(HistoryEntry entry) => new()
    {
        Sequence = entry.Sequence,
        Generation = entry.Generation,
        ManagedBy = entry.ManagedBy,
        Digest = entry.Digest,
        Summary = entry.Summary,
        GoesBackTo = entry.GoesBackTo,
        Restores = entry.Return?.Restores,
        RollsBack = entry.Return?.RollsBack,
        Reason = entry.Return?.Reason,
    };

    // As many as are wanted, and the one that would be put back. What cannot be deleted today is the next one's to delete.
    private void Keep(string loadBalancerId, ValueList<HistoryEntry> entries)
    {
        var back = entries.Count > 0 ? entries[^1].GoesBackTo : null;
        var kept = entries.Where((entry, index) => index >= entries.Count - options.KeepGenerations || entry.Sequence == back).ToValueList();
        _entries = kept.Count == 0 ? _entries.Remove(loadBalancerId) : _entries.SetItem(loadBalancerId, kept);
        var needed = kept.SelectMany(static entry => entry.Certificates).Select(static file => file.Sha256).ToHashSet(StringComparer.Ordinal);
        var failure = OperatingSystemFailure.Try(
            "forget earlier generations", () => _files.DeleteAllBut(loadBalancerId, [.. kept.Select(static entry => entry.Sequence)]))
            ?? certificates.Sweep(loadBalancerId, needed);
        if (failure is not null)
        {
            Log.Remains(logger, loadBalancerId, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(310, LogLevel.Error, "load balancer {LoadBalancer}: {File} of the history cannot be used: {Reason}")]
        public static partial void Unreadable(ILogger logger, string loadBalancer, string file, string reason);

        [LoggerMessage(311, LogLevel.Warning, "load balancer {LoadBalancer}: {Reason}")]
        public static partial void Remains(ILogger logger, string loadBalancer, string reason);
    }
}
