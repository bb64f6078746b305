// What is known of amphorae, and what their heartbeats say beyond it: in memory, so that a heartbeat costs no query.
using System.Buffers.Text;
using System.Net;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Health.Statuses;
using Amphora.Controller.Store;

namespace Amphora.Controller.Health.Intake;

/// <summary>The receiver writes into it, the writer empties it and brings it up to date.</summary>
internal sealed class HealthBook
{
    private const int MostUnknown = 1000;

    // The one place where the receiver's thread and the writer's meet; each holds it for microseconds.
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, KnownAmphora> _known = [];
    private readonly HashSet<Guid> _unknown = [];
    private readonly HashSet<Guid> _zombies = [];
    private readonly List<OperatingStatusUpdate> _changed = [];
    private readonly StatusRules _rules = new();
    private readonly Dictionary<Guid, OperatingStatus> _meanwhile = [];
    private HeartbeatBatch _batch = new();
    private bool _isRead;

    /// <summary>Heartbeats of amphorae that no row is known of.</summary>
    public long Unknown { get; private set; }

    /// <summary>Heartbeats with another number of listeners than there should be.</summary>
    public long Mismatched { get; private set; }

    /// <summary>How many amphorae are known.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>Takes a heartbeat.</summary>
    public void Take(HeartbeatView heartbeat, SocketAddress from, DateTimeOffset now)
    {
        if (!Utf8Parser.TryParse(heartbeat.AmphoraId, out Guid id, out _))
        {
            Unknown++;
            return;
        }

        lock (_gate)
        {
            if (!_known.TryGetValue(id, out var amphora))
            {
                Unknown++;
                _ = _unknown.Count < MostUnknown && _unknown.Add(id);
            }
            else if (amphora.IsZombie)
            {
                _zombies.Add(id);
            }
            else
            {
                _batch.Time(heartbeat.HasOrigin ? heartbeat.Time : now.ToUnixTimeMilliseconds());
                Take(heartbeat, amphora, now);
            }
        }
    }

    /// <summary>Gives what was collected away.</summary>
    /// <param name="next">What is collected in from now on: empty.</param>
    public HeartbeatBatch Swap(HeartbeatBatch next)
    {
        lock (_gate)
        {
            (var batch, _batch) = (_batch, next);
            foreach (var (id, status) in _isRead ? batch.LoadBalancers.Concat(batch.Objects) : [])
            {
                _meanwhile[id] = status;
            }

            return batch;
        }
    }

    /// <summary>Rows are read from now on, while nothing is being written: what is given away until they are here is newer than they are.</summary>
    public void BeginReading()
    {
        lock (_gate)
        {
            _meanwhile.Clear();
            _isRead = true;
        }
    }

    /// <summary>They are here.</summary>
    public void EndReading()
    {
        lock (_gate)
        {
            _isRead = false;
        }
    }

    /// <summary>Takes back what could not be written.</summary>
    public void PutBack(HeartbeatBatch batch)
    {
        lock (_gate)
        {
            _batch.PutBefore(batch);
        }
    }

    /// <summary>Heartbeats came from them, and nothing is known of them.</summary>
    public IReadOnlyCollection<Guid> TakeUnknown() => TakeAll(_unknown);

    /// <summary>Heartbeats came from them, and they should not be there.</summary>
    public IReadOnlyCollection<Guid> TakeZombies() => TakeAll(_zombies);

    /// <summary>True when a row is not what is known of it.</summary>
    public bool Differs(Guid amphora, DateTimeOffset? stamp, DateTimeOffset? loadBalancerStamp)
    {
        lock (_gate)
        {
            return !_known.TryGetValue(amphora, out var known) || known.Stamp != stamp || known.LoadBalancer?.Stamp != loadBalancerStamp;
        }
    }

    /// <summary>Brings what is known up to date.</summary>
    public void Replace(IReadOnlyList<KnownAmphora> amphorae)
    {
        lock (_gate)
        {
            foreach (var amphora in amphorae)
            {
                _known[amphora.Id] = amphora;
                if (amphora.LoadBalancer is { } loadBalancer)
                {
                    KeepUnwritten(loadBalancer);
                }
            }
        }
    }

    /// <summary>Forgets those that were not seen in a walk through all rows: they are gone.</summary>
    public void ForgetBefore(int walk)
    {
        lock (_gate)
        {
            foreach (var gone in _known.Values.Where(amphora => amphora.Walk < walk).Select(static amphora => amphora.Id).ToList())
            {
                _known.Remove(gone);
            }
        }
    }

    private void Take(HeartbeatView heartbeat, KnownAmphora amphora, DateTimeOffset now)
    {
        if (StatusRules.Counts(heartbeat, amphora.LoadBalancer))
        {
            _batch.Heard[amphora.Id] = now;
        }
        else
        {
            Mismatched++;
        }

        AddFigures(heartbeat, amphora);
        if (amphora.LoadBalancer is not { } loadBalancer)
        {
            return;
        }

        _changed.Clear();
        _rules.Apply(heartbeat, loadBalancer, _changed);
        foreach (var (id, status) in _changed)
        {
            if (id == loadBalancer.Id)
            {
                _batch.LoadBalancers[id] = loadBalancer.Operating = status;
            }
            else
            {
                _batch.Objects[id] = loadBalancer.Objects[loadBalancer.Find(id)].Operating = status;
            }
        }
    }

    private void AddFigures(HeartbeatView heartbeat, KnownAmphora amphora)
    {
        var isIdle = true;
        foreach (ref readonly var listener in heartbeat.Listeners)
        {
            isIdle &= listener.Stats == default;
            if ((listener.Stats != default || !amphora.IsIdle) && Utf8Parser.TryParse(heartbeat.Text(listener.Id), out Guid id, out _)
                && amphora.LoadBalancer?.Find(id) >= 0)
            {
                _batch.Count(new StatisticsRow
                {
                    ListenerId = id,
                    AmphoraId = amphora.Id,
                    BytesIn = listener.Stats.Rx,
                    BytesOut = listener.Stats.Tx,
                    ActiveConnections = listener.Stats.Conns,
                    TotalConnections = listener.Stats.Totconns,
                    RequestErrors = listener.Stats.Ereq,
                });
            }
        }

        amphora.IsIdle = isIdle;
    }

    // A row that was read before a batch is written says less than the batch.
    private void KeepUnwritten(KnownLoadBalancer loadBalancer)
    {
        loadBalancer.Operating = Newest(_batch.LoadBalancers, loadBalancer.Id) ?? loadBalancer.Operating;
        if (_batch.Objects.Count + _meanwhile.Count > 0)
        {
            foreach (var one in loadBalancer.Objects)
            {
                one.Operating = Newest(_batch.Objects, one.Id) ?? one.Operating;
            }
        }
    }

    private OperatingStatus? Newest(Dictionary<Guid, OperatingStatus> unwritten, Guid id) =>
        unwritten.TryGetValue(id, out var status) || (_isRead && _meanwhile.TryGetValue(id, out status)) ? status : null;

    private List<Guid> TakeAll(HashSet<Guid> set)
    {
        lock (_gate)
        {
            List<Guid> all = [.. set];
            set.Clear();
            return all;
        }
    }
}
