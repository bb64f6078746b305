// Two hundred dead amphorae at once: how long until all are replaced, beside what their builds alone take.
using System.Diagnostics;
using System.Globalization;
using Amphora.Controller.Drivers.AmphoraAgent.Noop;
using Amphora.Controller.Drivers.Compute.Noop;
using Amphora.Controller.Health;
using Amphora.Controller.Health.Repair;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Fixtures;
using Amphora.Fixtures.Databases;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amphora.Bench.Controller;

/// <summary>A section of its own. In this process: machines of the noop driver are nowhere else.</summary>
internal static class RepairMeasurement
{
    private const int LoadBalancers = 1000;
    private const int Dead = 200;
    private const int Together = 20;

    private static readonly Guid Subnet = Guid.Parse("5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a");
    private static readonly TimeSpan BuildTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        BenchmarkReport report = new();
        await using PostgresServer server = await PostgresServer.StartAsync(cancellationToken);
        foreach (int threads in (int[])[10, 50])
        {
            using TestFolder folder = new();
            await using RunningController controller = await HostingSlice.OpenAsync(
                new ControllerOptions { StateDirectory = folder["state"], Database = await server.CreateAsync($"repair{threads}", cancellationToken), Drivers = DriverKind.Noop }, cancellationToken);
            await MeasureAsync(report, controller, threads, cancellationToken);
        }

        BenchmarkPage.WriteSection("Two hundred dead amphorae", Introduction() + report.Table());
    }

    private static async Task MeasureAsync(BenchmarkReport report, RunningController controller, int threads, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> amphorae = await CreateAsync(controller, cancellationToken);
        HashSet<Guid> dead = [.. amphorae.Take(Dead)];
        foreach (Guid id in dead)
        {
            ((NoopAmphoraDriver)controller.Services.Amphorae.Agents).Silence(id);
        }

        ((NoopComputeDriver)controller.Services.Amphorae.Compute).BuildTime = BuildTime;
        HealthWatch manager = new(
            controller.Services,
            controller.Flows,
            new HealthManagerOptions
            {
                EndPoint = new(System.Net.IPAddress.Loopback, 0),
                Key = controller.Identity.HeartbeatKey,
                Repair = new RepairOptions { HeartbeatTimeout = Timeout, CheckInterval = TimeSpan.FromSeconds(1), FailoverThreads = threads },
            },
            NullLoggerFactory.Instance);
        await BeatAsync(controller, amphorae, cancellationToken);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = manager.RunAsync(stop.Token, stop.Token);
        Task beating = BeatOnAsync(controller, dead, stop.Token);
        await Until.TrueAsync("the first one is taken", Limit, () => manager.Repairs.TakenSince(DateTimeOffset.UnixEpoch) > 0, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        await Until.TrueAsync("all are replaced", Limit, () => manager.Repairs.Counts.All[0].Count == Dead, cancellationToken);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        await stop.CancelAsync();
        await Task.WhenAll(running, beating).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan ideal = BuildTime * Dead / threads;
        Samples all = new(), share = new();
        all.Add(took.TotalSeconds);
        share.Add(100 * took / ideal);
        report.Add($"{threads} at once: all {Dead} replaced", "s", all);
        report.Add($"{threads} at once: of the ideal {ideal.TotalSeconds:0} s", "%", share);
    }

    private static async Task<IReadOnlyList<Guid>> CreateAsync(RunningController controller, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, LoadBalancers), new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken }, async (number, token) =>
        {
            var begun = (await controller.CreateAsync(new CreateLoadBalancerRequest { Name = $"lb-{number}", ProjectId = "p", VipSubnetId = Subnet }, token)).Value;
            await controller.Flows.RunAsync(begun.FlowId, null, token);
        });
        return [.. (await controller.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).ListAsync(token), cancellationToken)).Select(static row => row.Id)];
    }

    // Those that are alive are heard of.
    private static async Task BeatOnAsync(RunningController controller, HashSet<Guid> dead, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            IReadOnlyList<AmphoraRow> rows = await controller.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).ListAsync(token), cancellationToken);
            await BeatAsync(controller, [.. rows.Select(static row => row.Id).Where(id => !dead.Contains(id))], cancellationToken);
            await Task.Delay(Timeout / 4, cancellationToken);
        }
    }

    private static Task BeatAsync(RunningController controller, IReadOnlyList<Guid> amphorae, CancellationToken cancellationToken)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return controller.Database.InTransactionAsync((transaction, token) => new HealthRows(transaction).RecordAsync(amphorae.ToDictionary(static id => id, _ => now), token), cancellationToken);
    }

    private static string Introduction() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        What `./build.sh bench repair` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} on the same machine ({Machine.Description}); load average at the end
        {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. {LoadBalancers:N0} load balancers on PostgreSQL with noop drivers whose machines take {BuildTime.TotalSeconds:0} s to build; {Dead} amphorae fall silent at once, a fifth of all, below
        the circuit breaker's quarter. From the first one that is taken to the last one that is replaced; ideal is what the builds alone take, so many at once.


        """);
}
