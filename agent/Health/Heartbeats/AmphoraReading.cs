// What the amphora serves at one moment, as heartbeats tell it.
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Contract;
using Amphora.Contract.Heartbeat;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>One reading.</summary>
/// <param name="LoadBalancers">HAProxy of every load balancer that answers.</param>
/// <param name="Lvs">UDP and SCTP listeners whose keepalived lives.</param>
internal sealed record AmphoraReading(ValueList<LoadBalancerTraffic> LoadBalancers, ValueList<LvsListener> Lvs)
{
    /// <summary>Stands for the states of all listeners, pools and members: another number, something changed. Also without members HAProxy
    /// says of each pool how many members are up and what they weigh together.</summary>
    public int StatusPrint()
    {
        var print = default(HashCode);
        foreach (var loadBalancer in LoadBalancers)
        {
            foreach (var listener in loadBalancer.Current.Listeners)
            {
                print.Add(listener.Id);
                print.Add(listener.Status);
            }

            foreach (var pool in loadBalancer.Current.Pools)
            {
                print.Add(pool.Key);
                print.Add(pool.Status);
                print.Add(pool.MembersUp);
                print.Add(pool.Weight);
            }
        }

        foreach (var listener in Lvs)
        {
            print.Add(listener.Id);
            print.Add(listener.Pool);
        }

        return print.ToHashCode();
    }

    /// <summary>Enters what was counted into the book.</summary>
    /// <returns>True when a process that was replaced is among those that count.</returns>
    public bool Enter(TrafficBook book)
    {
        var isAnyLeaving = false;
        foreach (var loadBalancer in LoadBalancers)
        {
            foreach (var leaving in loadBalancer.Leaving)
            {
                isAnyLeaving = true;
                Enter(book, leaving.Listeners, leaving.Worker, isCurrent: false);
            }

            Enter(book, loadBalancer.Current.Listeners, loadBalancer.Worker, isCurrent: true);
        }

        foreach (var listener in Lvs)
        {
            if (listener.Counters is { } counters)
            {
                book.Observe(listener.Id, TrafficBook.Kernel, isCurrent: true, new TrafficCounters(counters.BytesIn, counters.BytesOut, 0, counters.Connections));
            }
        }

        return isAnyLeaving;
    }

    /// <summary>The message; what it tells counts as told.</summary>
    public HeartbeatMessage ToMessage(TrafficBook book, string amphoraId, long sequence, HeartbeatOrigin origin)
    {
        var listeners = new List<HeartbeatListener>();
        var pools = new List<HeartbeatPool>();
        foreach (var loadBalancer in LoadBalancers)
        {
            foreach (var listener in loadBalancer.Current.Listeners)
            {
                listeners.Add(Listener(book, listener.Id, listener.Status, listener.Connections + LeavingConnections(loadBalancer, listener.Id)));
            }

            foreach (var pool in loadBalancer.Current.Pools)
            {
                pools.Add(new HeartbeatPool(pool.Key, pool.Status, pool.Members.ConvertAll(static member => new HeartbeatMember(member.Id, member.Status))));
            }
        }

        foreach (var listener in Lvs)
        {
            listeners.Add(Listener(book, listener.Id, "OPEN", listener.ActiveConnections));
            if (listener.Pool is { } pool)
            {
                pools.Add(new HeartbeatPool(pool.Id, pool.Status, pool.Members.ConvertAll(static member => new HeartbeatMember(member.Id, member.Status))));
            }
        }

        return new HeartbeatMessage
        {
            AmphoraId = amphoraId,
            Sequence = sequence,
            Listeners = listeners.ToValueList(),
            Pools = pools.ToValueList(),
            Origin = origin,
        };
    }

    private static void Enter(TrafficBook book, ValueList<ListenerTraffic> listeners, string worker, bool isCurrent)
    {
        foreach (var listener in listeners)
        {
            book.Observe(listener.Id, worker, isCurrent, listener.Counters);
        }
    }

    private static long LeavingConnections(LoadBalancerTraffic loadBalancer, string listenerId)
    {
        var connections = 0L;
        foreach (var leaving in loadBalancer.Leaving)
        {
            foreach (var listener in leaving.Listeners)
            {
                connections += listener.Id == listenerId ? listener.Connections : 0;
            }
        }

        return connections;
    }

    private static HeartbeatListener Listener(TrafficBook book, string id, string status, long connections)
    {
        var untold = book.Take(id);
        return new HeartbeatListener(id, status, Stats(untold, connections), Stats(book.Total(id), connections));
    }

    private static HeartbeatStats Stats(TrafficCounters counters, long connections) =>
        new(counters.BytesOut, counters.BytesIn, connections, counters.Connections, counters.RequestErrors);
}
