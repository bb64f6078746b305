// Looks at HAProxy before and after changes.
using System.Collections.Immutable;
using Amphora.Agent.Haproxy;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Commit;

/// <summary>Every look has a limit of its own; a HAProxy that does not answer is part of what is seen.</summary>
internal sealed class CommitEyes(ApplyOptions options, IHaproxyRuntime haproxy)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    // Two looks of each load balancer, a window apart: the older one is at least a window old, and less than two.
    private volatile ImmutableDictionary<string, (CommitSample? Older, CommitSample Newer)> _marks =
        ImmutableDictionary.Create<string, (CommitSample?, CommitSample)>(StringComparer.Ordinal);

    /// <summary>How a load balancer is before a change; null when changes are not watched, or nothing serves.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="before">haproxy.cfg that serves; null: not known.</param>
    /// <param name="after">haproxy.cfg that is to come; null: none, and nothing will be compared.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<BeforeCommit?> LookAsync(string loadBalancerId, string? before, string? after, CancellationToken cancellationToken)
    {
        if (options.ConfirmWindow == TimeSpan.Zero || after is null)
        {
            return null;
        }

        var now = await SampleAsync(loadBalancerId, withMembers: true, cancellationToken);
        return now is null ? null : BeforeCommit.Of(now, _marks.TryGetValue(loadBalancerId, out var mark) ? mark.Older ?? mark.Newer : null, CommitScope.Of(before, after));
    }

    /// <summary>One look; null: no answer.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="withMembers">False leaves members out, which are most of it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<CommitSample?> SampleAsync(string loadBalancerId, bool withMembers, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            var worker = await haproxy.ShowInfoAsync(loadBalancerId, limit.Token);
            if (!worker.Ok)
            {
                return null;
            }

            var statistics = withMembers ? await haproxy.ShowStatAsync(loadBalancerId, limit.Token) : await haproxy.ShowTrafficAsync(loadBalancerId, limit.Token);
            return statistics.Ok ? CommitSample.Of(worker.Value.Pid, statistics.Value) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Remembers what load balancers have counted, so that a change has a time before it. Called once a window; for one caller.</summary>
    public async Task MarkAsync(IEnumerable<string> loadBalancerIds, CancellationToken cancellationToken)
    {
        var ids = loadBalancerIds.ToArray();
        var looks = await Task.WhenAll(Array.ConvertAll(ids, id => SampleAsync(id, withMembers: false, cancellationToken)));
        var marks = ImmutableDictionary.CreateBuilder<string, (CommitSample?, CommitSample)>(StringComparer.Ordinal);
        for (var i = 0; i < ids.Length; i++)
        {
            if (looks[i] is { } look)
            {
                marks.Add(ids[i], (_marks.TryGetValue(ids[i], out var earlier) ? earlier.Newer : null, look));
            }
        }

        _marks = marks.ToImmutable();
    }
}
