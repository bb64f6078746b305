// What heartbeats said since the last write: as large as there are amphorae and objects, however many heartbeats come.
using Amphora.Controller.Store;

namespace Amphora.Controller.Health.Intake;

/// <summary>Collected for one write. Used again after it: its memory stays.</summary>
internal sealed class HeartbeatBatch
{
    private const int MostTimes = 65_536;

    /// <summary>When amphorae were heard of last.</summary>
    public Dictionary<Guid, DateTimeOffset> Heard { get; } = [];

    /// <summary>Of load balancers.</summary>
    public Dictionary<Guid, OperatingStatus> LoadBalancers { get; } = [];

    /// <summary>Of everything below them.</summary>
    public Dictionary<Guid, OperatingStatus> Objects { get; } = [];

    /// <summary>What listeners counted, by listener and amphora.</summary>
    public Dictionary<(Guid Listener, Guid Amphora), StatisticsRow> Statistics { get; } = [];

    /// <summary>When each heartbeat was sent, as it says, or else when it came; milliseconds since 1970. Only of so many.</summary>
    public List<long> Times { get; } = [];

    /// <summary>Notes when one was sent.</summary>
    public void Time(long sent)
    {
        if (Times.Count < MostTimes)
        {
            Times.Add(sent);
        }
    }

    /// <summary>Nothing to write.</summary>
    public bool IsEmpty => Heard.Count == 0 && LoadBalancers.Count == 0 && Objects.Count == 0 && Statistics.Count == 0;

    /// <summary>Adds figures to those that are there.</summary>
    public void Count(StatisticsRow delta)
    {
        var key = (delta.ListenerId, delta.AmphoraId);
        Statistics[key] = Statistics.TryGetValue(key, out var sum) ? sum.Add(delta) : delta;
    }

    /// <summary>Takes over what could not be written; what was said since then is newer.</summary>
    public void PutBefore(HeartbeatBatch earlier)
    {
        foreach (var (amphora, time) in earlier.Heard)
        {
            Heard.TryAdd(amphora, time);
        }

        foreach (var (id, status) in earlier.LoadBalancers)
        {
            LoadBalancers.TryAdd(id, status);
        }

        foreach (var (id, status) in earlier.Objects)
        {
            Objects.TryAdd(id, status);
        }

        foreach (var (key, figures) in earlier.Statistics)
        {
            Statistics[key] = Statistics.TryGetValue(key, out var later) ? figures.Add(later) : figures;
        }

        earlier.Times.ForEach(Time);
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Heard.Clear();
        LoadBalancers.Clear();
        Objects.Clear();
        Statistics.Clear();
        Times.Clear();
    }
}
