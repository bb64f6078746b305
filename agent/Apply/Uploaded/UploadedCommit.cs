// Start and reload over API 1.0: what was uploaded comes into force, is remembered and watched.
using System.Text;
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
        var staged = Stage(loadBalancerId, peerName);
        if (staged.Failure is { } unusable)
        {
            return new HaproxyTurn(HaproxyStep.None, unusable);
        }

        if (staged.Value is not var (entry, text) || (inForce is not null && inForce.Digest == entry.Digest && inForce.Certificates == entry.Certificates))
        {
            return await process.RunAsync(loadBalancerId, peerName, isReload, cancellationToken);
        }

        var before = inForce is null ? null : await LookAsync(loadBalancerId, inForce, entry, text, cancellationToken);
        var turn = await process.RunAsync(loadBalancerId, peerName, isReload, cancellationToken);
        var failure = turn.Failure ?? Record(loadBalancerId, entry, before);
        return failure is null ? turn
            : inForce is null ? turn with { Failure = failure }
            : turn with { Failure = await UndoAsync(loadBalancerId, inForce, failure, cancellationToken) };
    }

    /// <summary>Adopts what an agent without history left stored.</summary>
    public Failure? Adopt(string loadBalancerId)
    {
        var staged = Stage(loadBalancerId, peerName: "");
        return staged.Failure ?? (staged.Value is { } found ? Record(loadBalancerId, found.Entry, before: null) : null);
    }

    /// <summary>HAProxy is stopped, or goes, on purpose: nobody watches any more.</summary>
    public Failure? EndWatch(string loadBalancerId) => writer.End(loadBalancerId);

    /// <summary>Forgets a load balancer that is gone.</summary>
    public void Forget(string loadBalancerId) => history.Forget(loadBalancerId);

    // Null when nothing is stored.
    private Outcome<StagedText?> Stage(string loadBalancerId, string peerName)
    {
        var read = process.Read(loadBalancerId, peerName);
        if (read.Failure is { } unreadable)
        {
            return unreadable;
        }

        if (read.Value is not { } generation)
        {
            return (StagedText?)null;
        }

        var staged = writer.Stage(loadBalancerId, generation);
        return staged.Failure is { } full ? full : new StagedText(staged.Value, Encoding.UTF8.GetString(generation.Content));
    }

    private Task<BeforeCommit?> LookAsync(
        string loadBalancerId, HistoryEntry inForce, HistoryEntry entry, string text, CancellationToken cancellationToken)
    {
        // A file that was replaced under its name may change what any part of the text means.
        var isAnyReplaced = entry.Certificates.Exists(file => inForce.Certificates.Exists(known => known.File == file.File && known.Sha256 != file.Sha256));
        return eyes.LookAsync(
            loadBalancerId, isAnyReplaced ? null : history.ReadText(loadBalancerId, inForce), text, cancellationToken);
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

    private sealed record StagedText(HistoryEntry Entry, string Text);
}
