// Enters a generation into the history, in two halves like every change: what may fail for want of room first, then what makes it so.
using Amphora.Agent.Actions;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Certificates;
using Amphora.Agent.Network.Files;
using Amphora.Contract;

namespace Amphora.Agent.Apply.History;

/// <summary>Used by every way a generation comes into force. Inside the write queue only.</summary>
internal sealed class HistoryWriter(GenerationHistory history, CommitWindows windows, CertificateArchive certificates, PortStore ports, TimeProvider clock)
{
    /// <summary>Puts everything that has to be kept of a generation on the disk. Without the second half it is nothing.</summary>
    /// <returns>The entry, as far as it is known.</returns>
    public Outcome<HistoryEntry> Stage(string loadBalancerId, NewGeneration generation)
    {
        var kept = certificates.Keep(loadBalancerId, generation.CertificateFiles);
        var plan = OperatingSystemFailure.Try("read the ports", ports.ReadStored);
        var staged = history.Stage(loadBalancerId, generation.Content);
        return (kept.Failure ?? plan.Failure ?? staged.Failure) is { } failure ? failure : new HistoryEntry
        {
            Sequence = staged.Value,
            ManagedBy = generation.ManagedBy,
            Generation = generation.Generation,
            Digest = CertificateStore.Digest(generation.Content),
            AppliedAt = clock.GetUtcNow(),
            LocalPeer = generation.LocalPeer,
            Certificates = kept.Value,
            Ports = plan.Value,
            Summary = generation.Summary,
            // What is not confirmed is nothing to go back to.
            GoesBackTo = history.InForce(loadBalancerId) is { } inForce ? windows.Find(loadBalancerId) is null ? inForce.Sequence : inForce.GoesBackTo : null,
        };
    }

    /// <summary>Makes it the generation in force of the history, and writes down until when it has to prove itself.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="entry">What <see cref="Stage"/> answered, completed.</param>
    /// <param name="terms">When it is confirmed.</param>
    /// <returns>Its window, which is still to begin; null: it is confirmed.</returns>
    public Outcome<OpenWindow?> Add(string loadBalancerId, HistoryEntry entry, CommitTerms terms)
    {
        // The window first: an entry without one is confirmed.
        var window = windows.Make(loadBalancerId, entry, terms);
        var failure = (window is null ? null : history.WriteWindow(loadBalancerId, window))
            ?? history.Add(loadBalancerId, entry with { AppliedAt = clock.GetUtcNow() });
        return failure is null ? window : failure;
    }

    /// <summary>The generation is in force: from now on it is watched.</summary>
    public void Begin(string loadBalancerId, OpenWindow? window) => windows.Replace(loadBalancerId, window);

    /// <summary>The generation in force is confirmed, or about to go.</summary>
    public Failure? End(string loadBalancerId) => windows.End(loadBalancerId);

    /// <summary>The generation did not come into force after all.</summary>
    public void TakeBack(string loadBalancerId, HistoryEntry entry) => history.TakeBack(loadBalancerId, entry.Sequence);
}

/// <summary>A generation that is about to come into force.</summary>
internal sealed record NewGeneration
{
    /// <summary>As <see cref="HistoryEntry.ManagedBy"/>.</summary>
    public required string ManagedBy { get; init; }

    /// <summary>As <see cref="HistoryEntry.Generation"/>.</summary>
    public long? Generation { get; init; }

    /// <summary>generation.json, or haproxy.cfg.</summary>
    public required byte[] Content { get; init; }

    /// <summary>As <see cref="HistoryEntry.LocalPeer"/>.</summary>
    public string? LocalPeer { get; init; }

    /// <summary>Names of the certificate files it counts on.</summary>
    public required IEnumerable<string> CertificateFiles { get; init; }

    /// <summary>In a few words.</summary>
    public required string Summary { get; init; }
}
