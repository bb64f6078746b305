// An earlier haproxy.cfg of API 1.0, put back.
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Certificates;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Uploaded;

/// <summary>Puts certificates and text back and reloads: what GET …/haproxy answers then is what runs.</summary>
internal sealed class UploadedReturn(UploadedProcess process, GenerationHistory history, HistoryWriter writer, CertificateArchive certificates)
{
    /// <summary>Puts an entry back and records it as another one.</summary>
    public async Task<Failure?> RunAsync(string loadBalancerId, HistoryEntry target, Return why, Progress progress, CancellationToken cancellationToken)
    {
        if (await RestoreAsync(loadBalancerId, target, progress, cancellationToken) is { } failure)
        {
            return failure;
        }

        // As it is stored: the name of the peer may stand there that no earlier agent wrote down.
        var stored = process.Read(loadBalancerId, target.LocalPeer ?? "");
        var staged = stored.Failure is { } unreadable ? unreadable
            : stored.Value is { } generation ? writer.Stage(loadBalancerId, generation with { Summary = target.Summary })
            : new Failure("read haproxy.cfg", $"cannot read haproxy.cfg of load balancer {loadBalancerId}: it is gone");
        if (staged.Failure is { } full)
        {
            return full;
        }

        var entry = staged.Value with { Return = why, GoesBackTo = target.GoesBackTo };
        if (writer.Add(loadBalancerId, entry, CommitTerms.Proven).Failure is { } unrecorded)
        {
            return unrecorded;
        }

        writer.Begin(loadBalancerId, window: null);
        progress.Recorded(entry.Sequence, confirmBy: null);
        return null;
    }

    /// <summary>Makes what an entry was be stored and run again, and records nothing.</summary>
    public async Task<Failure?> RestoreAsync(string loadBalancerId, HistoryEntry target, Progress progress, CancellationToken cancellationToken)
    {
        var content = history.ReadContent(loadBalancerId, target);
        if ((content.Failure ?? certificates.PutBack(loadBalancerId, target.Certificates)) is { } unreadable)
        {
            return unreadable;
        }

        progress.Differs(["haproxy.cfg changed"]);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var failure = await process.PutBackAsync(loadBalancerId, System.Text.Encoding.UTF8.GetString(content.Value), target.LocalPeer ?? "", cancellationToken);
        progress.Took("reload", "haproxy.cfg", started);
        return failure;
    }
}
