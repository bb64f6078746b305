// Asks what runs and answers the status tree; never waits for the writer.
using System.Collections.Concurrent;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Health;

/// <summary>Reads the status of a load balancer.</summary>
internal sealed class StatusReader(IHaproxyRuntime haproxy, LvsReader lvs)
{
    private readonly ConcurrentDictionary<Guid, LoadBalancerStatus> _latest = new();

    /// <summary>The status tree of the document in force. A HAProxy that does not answer is part of the answer, not a failure.</summary>
    public async Task<LoadBalancerStatus> ReadAsync(DesiredStateDocument document, CancellationToken cancellationToken)
    {
        var statistics = await haproxy.ShowStatAsync(document.LoadBalancer.Id.ToString(), cancellationToken);
        var hasLvs = document.LoadBalancer.Listeners.Exists(static listener => listener.Protocol is ListenerProtocol.Udp or ListenerProtocol.Sctp);
        var running = hasLvs ? await lvs.ReadAsync(withCounters: true, cancellationToken) : [];
        var id = document.LoadBalancer.Id;
        var tree = StatusTree.Build(
            document,
            statistics.Ok ? statistics.Value : null,
            running.ToDictionary(static listener => listener.Id, StringComparer.Ordinal),
            _latest.GetValueOrDefault(id));
        if (hasLvs)
        {
            // Only LVS says at times that it does not know.
            _latest[id] = tree;
        }
        else
        {
            _latest.TryRemove(id, out _);
        }

        return tree;
    }
}
