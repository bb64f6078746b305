// What heartbeats of a large load balancer cost the two agents.
using System.Net;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;

namespace Amphora.Bench.Octavia;

internal static class HeartbeatCost
{
    private const string Key = "a.bench.key";
    private const int Warm = 3;
    private const double LeastHeartbeats = 20;

    // Octavia's agent begins with a heartbeat at once, reads all of HAProxy, and then waits.
    private static readonly (int Seconds, int Beats)[] s_intervals = [(1, 60), (10, 6)];

    /// <summary>Both have a large load balancer that runs; both beat at the same time.</summary>
    public static async Task RunAsync(ComparisonReport report, Pair pair, CancellationToken cancellationToken)
    {
        foreach ((int seconds, int beats) in s_intervals)
        {
            PairSamples samples = new();
            await Task.WhenAll(MeasureAsync(pair.Ours, seconds, beats, samples.Ours, cancellationToken), MeasureAsync(pair.Octavia, seconds, beats, samples.Octavia, cancellationToken));
            report.Add($"large: processor time of 100 heartbeats, every {seconds} s", "ms", samples.Ours, samples.Octavia, LeastHeartbeats);
        }
    }

    private static async Task MeasureAsync(Contender contender, int seconds, int beats, Samples samples, CancellationToken cancellationToken)
    {
        using HeartbeatCollector manager = HeartbeatCollector.Listen(contender.Amphora.Topology.Controller, new IPEndPoint(IPAddress.Parse("172.31.0.1"), 0), Key);
        await contender.ConfigureAsync(
            $"[health_manager]\ncontroller_ip_port_list = {manager.EndPoint}\nheartbeat_key = {Key}\nheartbeat_interval = {seconds}\n", cancellationToken);
        TimeSpan limit = TimeSpan.FromSeconds(60 + (2 * seconds * (Warm + beats)));
        await BeatsAsync(Warm);
        int from = manager.Received.Count;
        TimeSpan before = contender.ProcessorTime();
        await BeatsAsync(from + beats);
        samples.Add((contender.ProcessorTime() - before).TotalMilliseconds * 100 / (manager.Received.Count - from));
        int told = manager.Received[^1].Json["listeners"]!.AsObject().Count;
        if (manager.Fault is not null || told != LoadBalancerSize.Large.Listeners)
        {
            throw new InvalidOperationException($"{contender.Agent.Name}: heartbeats tell of {told} listeners", manager.Fault);
        }

        Task BeatsAsync(int count) => Until.TrueAsync($"{contender.Agent.Name} has sent {count} heartbeats", limit, () => manager.Received.Count >= count, cancellationToken);
    }
}
