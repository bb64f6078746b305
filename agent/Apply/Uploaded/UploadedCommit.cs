// Start and reload over API 1.0: what was uploaded comes into force, is remembered and watched.
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Uploaded;

/// <summary>The write path of API 1.0 behind the upload. Inside the write queue only.</summary>
internal sealed class UploadedCommit(UploadedProcess process, UploadedReturn back, HistoryWriter writer, GenerationHistory history, CommitEyes eyes)
{
    /// <summary>Lets what is stored run. When that fails, the text before it is stored again, and runs.</summary>
    /// <inheritdoc cref="UploadedProcess.RunAsync"/>
    public async Task<HaproxyTurn> RunAsync(string loadBalancerId, string peerName, bool isReload, CancellationToken cancellationToken)
    {
        var inForce = history.InForce(loadBalancerId);
        if (process.Read(loadBalancerId, peerName) is not { } generation)
        {
            return await process.RunAsync(loadBalancerId, peerName, isReload, cancellationToken);
        }

        var staged = writer.Stage(loadBalancerId, generation);
        if (staged.Failure is { } full)
        {
            return new HaproxyTurn(HaproxyStep.None, full);
        }

        var entry = staged.Value;
        if (inForce is not null && inForce.Digest == entry.Digest && inForce.Certificates == entry.Certificates)
        {
            return await process.RunAsync(loadBalancerId, peerName, isReload, cancellationToken);
        }

        var before = inForce is null ? null : await LookAsync(loadBalancerId, inForce, entry, generation, cancellationToken);
        var turn = await process.RunAsync(loadBalancerId, peerName, isReload, cancellationToken);
        var failure = turn.Failure ?? Record(loadBalancerId, entry, before);
        return failure is null ? turn
            : inForce is null ? turn with { Failure = failure }
            : turn with { Failure = await UndoAsync(loadBalancerId, inForce, failure, cancellationToken) };
    }

    /// <summary>Adopts what an agent without history left stored.</summary>
    public Failure? Adopt(string loadBalancerId)
    {
        if (process.Read(loadBalancerId, peerName: "") is not { } generation)
        {
            return null;
        }

        var staged = writer.Stage(loadBalancerId, generation);
        return staged.Failure ?? Record(loadBalancerId, staged.Value, before: null);
    }

    /// <summary>HAProxy is stopped, or goes, on purpose: nobody watches any more.</summary>
    public Failure? EndWatch(string loadBalancerId) => writer.End(loadBalancerId);

    /// <summary>Forgets a load balancer that is gone.</summary>
    public void Forget(string loadBalancerId) => history.Forget(loadBalancerId);

    private Task<BeforeCommit?> LookAsync(
        string loadBalancerId, HistoryEntry inForce, HistoryEntry entry, NewGeneration generation, CancellationToken cancellationToken)
    {
        // A file that was replaced under its name may change what any part of the text means.
        var isAnyReplaced = entry.Certificates.Exists(file => inForce.Certificates.Exists(known => known.File == file.File && known.Sha256 != file.Sha256));
        return eyes.LookAsync(
            loadBalancerId, isAnyReplaced ? null : history.ReadText(loadBalancerId, inForce), System.Text.Encoding.UTF8.GetString(generation.Content), cancellationToken);
    }

    private Failure? Record(string loadBalancerId, HistoryEntry entry, BeforeCommit? before)
    {
        var window = writer.Add(loadBalancerId, entry, new CommitTerms(before, ConfirmWithin: null));
        if (window.Ok)
        {
            writer.Begin(loadBalancerId, window.Value);
        }
        else
        {
            writer.TakeBack(loadBalancerId, entry);
        }

        return window.Failure;
    }

    private async Task<Failure> UndoAsync(string loadBalancerId, HistoryEntry inForce, Failure failure, CancellationToken cancellationToken)
    {
        var undone = await back.RestoreAsync(loadBalancerId, inForce, new Progress(), cancellationToken);
        return failure with
        {
            Message = undone is null
                ? $"{failure.Message}; the configuration before it is stored again, and runs"
                : $"{failure.Message}; putting the configuration before it back failed as well: {undone.Message}",
        };
    }
}
