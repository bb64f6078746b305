// An earlier document of API 2.0, put back through the steps of every change.
using System.Text.Json;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Certificates;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Rollback;

/// <summary>Puts certificates, services and generation.json back; when that fails, what was in force is.</summary>
internal sealed class DocumentReturn(ApplySteps steps, GenerationStore generations, GenerationHistory history, Recorder recorder, CertificateArchive certificates)
{
    /// <summary>Puts an entry back and records it as another one.</summary>
    public async Task<Failure?> RunAsync(string loadBalancerId, HistoryEntry target, Return why, Progress progress, CancellationToken cancellationToken)
    {
        var wanted = Read(loadBalancerId, target);
        if ((wanted.Failure ?? certificates.PutBack(loadBalancerId, target.Certificates)) is { } unreadable)
        {
            return unreadable;
        }

        var prepared = recorder.Prepare(wanted.Value);
        if (prepared.Failure is { } full)
        {
            return full;
        }

        using var earlier = prepared.Value with { Entry = prepared.Value.Entry with { Return = why, GoesBackTo = target.GoesBackTo } };
        var failure = await steps.RestoreAsync(wanted.Value, progress, cancellationToken)
            ?? await steps.ProveAsync(wanted.Value, CancellationToken.None)
            ?? recorder.Record(earlier, CommitTerms.Proven, progress);
        return failure is null || generations.Find(loadBalancerId) is not { } inForce
            ? failure
            : await UndoAsync(inForce, failure, cancellationToken);
    }

    /// <summary>Removes a load balancer whose first generation was not confirmed: what was there before is nothing.</summary>
    public async Task<Failure?> RemoveAsync(string loadBalancerId, Progress progress, CancellationToken cancellationToken) =>
        await steps.RemoveAsync(loadBalancerId, progress, cancellationToken)
            ?? recorder.Forget(loadBalancerId)
            ?? steps.DeleteCertificates(loadBalancerId);

    private async Task<Failure> UndoAsync(Wanted inForce, Failure failure, CancellationToken cancellationToken) =>
        await steps.RestoreAsync(inForce, new Progress(), cancellationToken) is { } undone
            ? failure with { Message = $"{failure.Message}; undoing it failed as well: {undone.Message}" }
            : failure;

    private Outcome<Wanted> Read(string loadBalancerId, HistoryEntry target)
    {
        var content = history.ReadContent(loadBalancerId, target);
        try
        {
            return content.Failure is { } failure ? failure : GenerationFile.Read(content.Value);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return new Failure("read history", $"cannot use entry {target.Sequence} of the history: {exception.Message}");
        }
    }
}
