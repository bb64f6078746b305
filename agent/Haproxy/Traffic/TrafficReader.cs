// Traffic of every load balancer on disk, whichever API brought it there.
using Amphora.Agent.Actions;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Traffic;

/// <summary>Reads all load balancers at the same time, so that one that hangs delays none. For one caller, the heartbeat's loop.</summary>
internal sealed partial class TrafficReader(HaproxyOptions options, ILogger<TrafficReader> logger) : IDisposable
{
    // A heartbeat may be late by a few of these, when a process hangs; it never waits longer.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<string, TrafficWatch> _watches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _silent = new(StringComparer.Ordinal);

    /// <summary>What the load balancers say; one that does not answer is missing.</summary>
    /// <param name="withMembers">False leaves members out, which are most of the work.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ValueList<LoadBalancerTraffic>> ReadAsync(bool withMembers, CancellationToken cancellationToken)
    {
        Follow();
        var ids = _watches.Keys.ToArray();
        var answers = await Task.WhenAll(Array.ConvertAll(ids, id => _watches[id].ReadAsync(withMembers, cancellationToken)));
        var found = new List<LoadBalancerTraffic>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            if (answers[i].Ok)
            {
                _silent.Remove(ids[i]);
                found.Add(answers[i].Value);
            }
            else if (_silent.Add(ids[i]))
            {
                Log.Silent(logger, ids[i], answers[i].Failure!.Message);
            }
        }

        return found.ToValueList();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var watch in _watches.Values)
        {
            watch.Dispose();
        }
    }

    private void Follow()
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directory in Directory.Exists(options.BasePath) ? Directory.EnumerateDirectories(options.BasePath) : [])
        {
            var id = Path.GetFileName(directory);
            if (ObjectId.Is(id) && File.Exists(options.Paths(id).Config))
            {
                there.Add(id);
                if (!_watches.ContainsKey(id))
                {
                    _watches.Add(id, new TrafficWatch(options.Paths(id), s_limit));
                }
            }
        }

        foreach (var gone in _watches.Keys.Except(there).ToArray())
        {
            _watches[gone].Dispose();
            _watches.Remove(gone);
            _silent.Remove(gone);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(520, LogLevel.Information, "load balancer {LoadBalancer} is left out of heartbeats until it answers: {Reason}")]
        public static partial void Silent(ILogger logger, string loadBalancer, string reason);
    }
}
