// Our agent and Octavia's, measured side by side.
using System.Diagnostics;
using System.Globalization;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;
using Amphora.Fixtures.Systemd;

namespace Amphora.Bench.Octavia;

/// <summary>A line a measurement, both agents by turns in each.</summary>
internal static class ComparisonMeasurement
{
    private const int Starts = 7;
    private const int Requests = 1000;
    private const int Calls = 100;
    private const int Rounds = 3;
    private const int Clients = 8;
    private const int Changes = 5;
    private const double LeastStart = 20;
    private const double LeastMemory = 5;
    private const double LeastRequests = 10;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await SystemdContainer.ObstacleAsync(cancellationToken) is { } obstacle)
        {
            throw new InvalidOperationException($"both agents need a booted systemd: {obstacle}");
        }

        ComparisonReport report = new();
        await using Contender ours = await Contender.BootAsync(ShippedAgent.Ours, cancellationToken);
        await using Contender octavia = await Contender.BootAsync(ShippedAgent.Octavia, cancellationToken);
        Pair pair = new(ours, octavia);
        await StartAsync(report, pair, cancellationToken);
        await CallAsync(report, pair, "/1.0/info", cancellationToken);
        await CallAsync(report, pair, "/1.0/details", cancellationToken);
        await CrowdAsync(report, pair, "/", isKept: true, LeastRequests, cancellationToken);
        await CrowdAsync(report, pair, "/", isKept: false, null, cancellationToken);
        await CrowdAsync(report, pair, "/1.0/info", isKept: true, LeastRequests, cancellationToken);
        await pair.EachAsync(contender => contender.PlugAsync(cancellationToken));
        await ChangeAsync(report, pair, LoadBalancerSize.Small, () => Task.CompletedTask, cancellationToken);
        await ChangeAsync(report, pair, LoadBalancerSize.Large, () => HeartbeatCost.RunAsync(report, pair, cancellationToken), cancellationToken);
        BenchmarkPage.WriteSection("Beside Octavia's agent", Introduction(await Command.OutputAsync(["dpkg-query", "-W", "-f=${Version}", "octavia-agent"], cancellationToken)) + report.Table());
    }

    private static string Introduction(string version) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        What `./build.sh bench octavia` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} on the same machine ({Machine.Description}): our native agent and Debian's
        octavia-agent {version} (Python, compiled to .pyc files), each a unit of a systemd in a container of its own, both spoken to over API 1.0
        by the same client, taking turns, all files in the cache; load average at the end {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. Median (least–most); the ratio says how many times better ours is.

        - *start*: from the fork of the main process, by systemd's clock, to the last byte of `GET /` over mutual TLS.
        - *memory*: of all processes of the unit; Octavia's agent has three: the server, its worker, the sender of heartbeats.
        - *own connections*: a handshake for each request. Octavia's agent closes every connection; ours keeps those that may be kept.
        - *small*: 1 listener, 2 members; *large*: 100 listeners, 2,000 members. *To serving*: upload and reload, until a request over the changed
          listener is answered by a member. Octavia's agent answers a reload when HAProxy was told, ours when the new process serves.
        - *heartbeats*: processor time of all processes of the unit while nobody asks, its own sender at work on the running HAProxy's stats socket.
          At an interval of 10 s ours still looks every second, so that a change is told within one. About 4 ms of one of ours are the
          compression of 127 KB of ids to 50 KB (measured alone); a faster level of zlib does not fit a datagram.
        - The three processes of Octavia's agent share pages: RSS counts those three times, PSS once.


        """);

    // The first round warms up the file cache and this side's just-in-time compiler.
    private static async Task StartAsync(ComparisonReport report, Pair pair, CancellationToken cancellationToken)
    {
        PairSamples start = new(), resident = new(), proportional = new(), busyResident = new(), busyProportional = new();
        for (int run = 0; run <= Starts; run++)
        {
            await pair.EachAsync(async (contender, side) =>
            {
                TimeSpan took = await contender.StartAgainAsync(cancellationToken);
                if (run > 0)
                {
                    start[side].Add(took.TotalMilliseconds);
                    resident[side].Add(contender.ResidentMemory());
                    proportional[side].Add(contender.ProportionalMemory());
                }
            });
        }

        await pair.EachAsync(async (contender, side) =>
        {
            using HttpClient client = contender.CreateClient(isKept: true);
            for (int request = 0; request < Requests; request++)
            {
                await client.GetStringAsync(new Uri("/", UriKind.Relative), cancellationToken);
            }

            busyResident[side].Add(contender.ResidentMemory());
            busyProportional[side].Add(contender.ProportionalMemory());
        });
        report.Add("start to first answer", "ms", start.Ours, start.Octavia, LeastStart);
        report.Add("memory when started, RSS", "MiB", resident.Ours, resident.Octavia, LeastMemory);
        report.Add("memory when started, PSS", "MiB", proportional.Ours, proportional.Octavia, LeastMemory);
        report.Add($"memory after {Requests:N0} requests, RSS", "MiB", busyResident.Ours, busyResident.Octavia, LeastMemory);
        report.Add($"memory after {Requests:N0} requests, PSS", "MiB", busyProportional.Ours, busyProportional.Octavia, LeastMemory);
    }

    private static async Task CallAsync(ComparisonReport report, Pair pair, string path, CancellationToken cancellationToken)
    {
        foreach (bool isKept in (bool[])[true, false])
        {
            PairSamples samples = new();
            HttpClient[] clients = [pair.Ours.CreateClient(isKept), pair.Octavia.CreateClient(isKept)];
            for (int call = -10; call < Calls; call++)
            {
                await pair.EachAsync(async (_, side) =>
                {
                    long began = Stopwatch.GetTimestamp();
                    await clients[side].GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken);
                    if (call >= 0)
                    {
                        samples[side].Add(Stopwatch.GetElapsedTime(began));
                    }
                });
            }

            Array.ForEach(clients, client => client.Dispose());
            report.Add($"GET {path}{(isKept ? "" : ", own connections")}", "ms", samples.Ours, samples.Octavia);
        }
    }

    private static async Task CrowdAsync(ComparisonReport report, Pair pair, string path, bool isKept, double? atLeast, CancellationToken cancellationToken)
    {
        PairSamples rate = new();
        HttpClient[][] crowds = [Crowd(pair.Ours, isKept), Crowd(pair.Octavia, isKept)];
        for (int round = 0; round <= Rounds; round++)
        {
            await pair.EachAsync(async (_, side) =>
            {
                long began = Stopwatch.GetTimestamp();
                int[] counts = await Task.WhenAll(crowds[side].Select(client => AskAsync(client, path, began, cancellationToken)));
                if (round > 0)
                {
                    rate[side].Add(counts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds);
                }
            });
        }

        Array.ForEach([.. crowds[0], .. crowds[1]], client => client.Dispose());
        report.Add($"GET {path}, {Clients} clients{(isKept ? "" : ", own connections")}", "1/s", rate.Ours, rate.Octavia, atLeast, isMoreBetter: true);
    }

    private static HttpClient[] Crowd(Contender contender, bool isKept) => [.. Enumerable.Range(0, Clients).Select(_ => contender.CreateClient(isKept))];

    private static async Task<int> AskAsync(HttpClient client, string path, long began, CancellationToken cancellationToken)
    {
        int count = 0;
        while (Stopwatch.GetElapsedTime(began) < Window)
        {
            await client.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken);
            count++;
        }

        return count;
    }

    private static async Task ChangeAsync(
        ComparisonReport report, Pair pair, LoadBalancerSize size, Func<Task> whileItRuns, CancellationToken cancellationToken)
    {
        using UploadedBalancer ours = new(pair.Ours, size), octavia = new(pair.Octavia, size);
        for (int round = 0; round <= Changes; round++)
        {
            await ours.ChangeAsync(round > 0, cancellationToken);
            await octavia.ChangeAsync(round > 0, cancellationToken);
        }

        report.Add($"{size.Name}: PUT haproxy", "ms", ours.Upload, octavia.Upload);
        report.Add($"{size.Name}: PUT haproxy and reload, to serving", "ms", ours.Serving, octavia.Serving);
        await whileItRuns();
        await ours.DeleteAsync(cancellationToken);
        await octavia.DeleteAsync(cancellationToken);
    }
}
