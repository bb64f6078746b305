// Flows that ended in this process, by kind and end.
using System.Collections.Concurrent;
using Amphora.Controller.Flows;

namespace Amphora.Controller.Hosting;

/// <summary>How many, and how long they took from being recorded to their end.</summary>
internal sealed class FlowCounts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string Kind, FlowState State), (long Count, double Seconds)> _ended = [];

    /// <summary>By kind and end.</summary>
    public IReadOnlyDictionary<(string Kind, FlowState State), (long Count, double Seconds)> Ended => _ended;

    /// <summary>Adds one.</summary>
    public void Add(FlowRecord flow, FlowEnd end)
    {
        var seconds = (clock.GetUtcNow() - flow.CreatedAt).TotalSeconds;
        _ended.AddOrUpdate((flow.Kind, end.State), (1, seconds), (_, sum) => (sum.Count + 1, sum.Seconds + seconds));
    }
}
