// A member changes while HAProxy runs, beside a reload of the same load balancer in the same run.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;

namespace Amphora.Bench.Hitless;

/// <summary>From the first byte of the PUT until HAProxy has the change, and until the answer, which comes when it is proven and recorded.</summary>
internal static class MemberChangeMeasurement
{
    private const int Changes = 100;
    private const int Reloads = 20;
    private const int WarmUp = 5;
    private const int Seed = 1;
    private const double Most = 10;
    private const int SizeOfAim = 100;
    private static readonly int[] s_sizes = [10, 100, 1000, 5000];

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        foreach (int size in s_sizes)
        {
            await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), cancellationToken);
            Target target = new(amphora, size);
            await amphora.Api.PushAsync(target.Document, cancellationToken);
            string members = string.Create(CultureInfo.InvariantCulture, $"{size:N0} members");
            double? aim = size == SizeOfAim ? Most : null;
            report.AddWithTail($"{members}: weight of one changes, until HAProxy has it", "ms", await MeasureEffectAsync(amphora, target, cancellationToken), aim);
            report.AddWithTail($"{members}: weight of one changes, until it is proven", "ms", await MeasureAsync(amphora, target, Changes, () => target.ChangeWeight(), "change", cancellationToken), null);
            report.AddWithTail($"{members}: one leaves or joins, until it is proven", "ms", await MeasureAsync(amphora, target, Changes, target.LeaveOrJoin, "change", cancellationToken), null);
            report.AddWithTail($"{members}: a change that needs a reload", "ms", await MeasureAsync(amphora, target, Reloads, target.ChangeAlgorithm, "reload", cancellationToken), null);
        }
    }

    private static async Task<Samples> MeasureEffectAsync(PluggedAmphora amphora, Target target, CancellationToken cancellationToken)
    {
        Samples samples = new();
        using WeightWatch watch = new(Path.Combine(amphora.Agent.BasePath, $"{target.Document.Id}.sock"));
        for (int round = 0; round < WarmUp + Changes; round++)
        {
            (string server, int weight) = target.ChangeWeight();
            target.Document.Generation++;
            Task<long> seen = watch.WaitAsync(server, weight);
            long start = Stopwatch.GetTimestamp();
            await amphora.Api.PushAsync(target.Document, cancellationToken);
            TimeSpan took = Stopwatch.GetElapsedTime(start, await seen);
            if (round >= WarmUp)
            {
                samples.Add(took);
            }
        }

        return samples;
    }

    private static async Task<Samples> MeasureAsync(PluggedAmphora amphora, Target target, int rounds, Action change, string action, CancellationToken cancellationToken)
    {
        Samples samples = new();
        for (int round = 0; round < WarmUp + rounds; round++)
        {
            change();
            target.Document.Generation++;
            long start = Stopwatch.GetTimestamp();
            JsonNode answer = await amphora.Api.PushAsync(target.Document, cancellationToken);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (!answer["actions"]!.AsArray().Any(taken => (string)taken!["action"]! == action))
            {
                throw new InvalidOperationException($"the change was no {action}: {answer}");
            }

            if (round >= WarmUp)
            {
                samples.Add(took);
            }
        }

        return samples;
    }

    /// <summary>One pool of many members at addresses of one machine; nobody asks them.</summary>
    private sealed class Target
    {
        private readonly Random _random = new(Seed);
        private readonly JsonObject _pool, _listener;
        private JsonNode? _away;

        public Target(PluggedAmphora amphora, int size)
        {
            Document = amphora.NewDocument();
            _pool = Document.AddPool("HTTP");
            _listener = Document.AddListener("HTTP", 80, _pool);
            for (int port = 1; port <= size; port++)
            {
                TestDocument.AddMember(_pool, new IPEndPoint(amphora.Topology.MemberAddress(0), port));
            }
        }

        public TestDocument Document { get; }

        private JsonArray Members => _pool["members"]!.AsArray();

        /// <returns>The server, as HAProxy is asked for it, and its weight.</returns>
        public (string Server, int Weight) ChangeWeight()
        {
            JsonNode member = Members[_random.Next(Members.Count)]!;
            int weight = ((int?)member["weight"] ?? 1) % 256 + 1;
            member["weight"] = weight;
            return ($"{_pool["id"]}:{_listener["id"]}/{member["id"]}", weight);
        }

        public void LeaveOrJoin()
        {
            if (_away is not null)
            {
                Members.Add(_away);
                _away = null;
                return;
            }

            int index = _random.Next(Members.Count);
            _away = Members[index]!;
            Members.RemoveAt(index);
        }

        public void ChangeAlgorithm() => _pool["lb_algorithm"] = (string)_pool["lb_algorithm"]! == "ROUND_ROBIN" ? "LEAST_CONNECTIONS" : "ROUND_ROBIN";
    }
}
