// The windows that are open now.
using System.Collections.Immutable;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Journal;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Apply.Commit;

/// <summary>At most one a load balancer: that of its generation in force. Changed only inside the write queue, or before it runs; looked at by
/// whoever wants.</summary>
internal sealed class CommitWindows(ApplyOptions options, GenerationHistory history, AgentJournal journal, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0);

    private volatile ImmutableSortedDictionary<string, OpenWindow> _open = ImmutableSortedDictionary.Create<string, OpenWindow>(StringComparer.Ordinal);

    /// <summary>All of them, by load balancer.</summary>
    public ImmutableSortedDictionary<string, OpenWindow> All => _open;

    /// <summary>Milliseconds since this boot began, as windows count.</summary>
    public long Now => (long)clock.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>The window of a load balancer, or null: its generation in force is confirmed.</summary>
    public OpenWindow? Find(string loadBalancerId) => _open.GetValueOrDefault(loadBalancerId);

    /// <summary>The window of a generation that comes into force now; null: it needs none.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="entry">Its entry of the history.</param>
    /// <param name="terms">When it is confirmed.</param>
    public OpenWindow? Make(string loadBalancerId, HistoryEntry entry, CommitTerms terms)
    {
        if (!terms.IsOnTrial)
        {
            return null;
        }

        // A generation that is not confirmed is no state to compare with, or to go back to.
        var earlier = Find(loadBalancerId)?.Before;
        var compared = terms.Before?.Behind(earlier) ?? earlier;
        var isWatched = entry.GoesBackTo is not null && options.ConfirmWindow > TimeSpan.Zero && compared is { IsEmpty: false };
        return !isWatched && terms.ConfirmWithin is null ? null : new OpenWindow
        {
            Sequence = entry.Sequence,
            BootId = ProcessStatus.BootId,
            Before = isWatched ? compared : null,
            WatchedUntil = isWatched ? Now + (long)options.ConfirmWindow.TotalMilliseconds : null,
            ConfirmBy = terms.ConfirmWithin is { } patience ? Now + (long)patience.TotalMilliseconds : null,
            ConfirmByTime = terms.ConfirmWithin is { } time ? clock.GetUtcNow() + time : null,
            ConfirmWithin = (int?)terms.ConfirmWithin?.TotalSeconds,
        };
    }

    /// <summary>Puts a window, whose file is written, in the place of the one before; null: there is none any more.</summary>
    public void Replace(string loadBalancerId, OpenWindow? window)
    {
        var before = Find(loadBalancerId);
        _open = window is null ? _open.Remove(loadBalancerId) : _open.SetItem(loadBalancerId, window);
        if (before is not null && before.Sequence != window?.Sequence)
        {
            // A file that stays is the window of an entry that is not in force: nobody reads it.
            _ = history.DeleteWindow(loadBalancerId, before.Sequence);
        }

        _changed.Release();
    }

    /// <summary>Ends the window of a load balancer, as its generation stays.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="reason">Why it stays, for people.</param>
    public Failure? Confirm(string loadBalancerId, string reason)
    {
        var window = Find(loadBalancerId);
        var failure = End(loadBalancerId);
        if (window is not null && failure is null)
        {
            journal.Generation(RecordKind.Confirm, loadBalancerId, new GenerationRecord { Sequence = window.Sequence, Reason = reason });
        }

        return failure;
    }

    /// <summary>Ends the window of a load balancer: its generation is confirmed, or it is gone.</summary>
    public Failure? End(string loadBalancerId)
    {
        if (Find(loadBalancerId) is not { } window || history.DeleteWindow(loadBalancerId, window.Sequence) is not { } failure)
        {
            _open = _open.Remove(loadBalancerId);
            return null;
        }

        return failure;
    }

    /// <summary>Waits until another window opens, at most for a time.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        if (await _changed.WaitAsync(most, cancellationToken))
        {
            while (_changed.Wait(0, cancellationToken))
            {
                // Several at once are one.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();
}
