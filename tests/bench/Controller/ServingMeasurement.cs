// Load balancers that are recorded, and controllers that serve: how many a second become ACTIVE without machines.
using System.Diagnostics;
using System.Globalization;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Databases;

namespace Amphora.Bench.Controller;

/// <summary>Lines of the section about creation.</summary>
internal static class ServingMeasurement
{
    private const int LoadBalancers = 600;
    private const int Together = 8;

    private static readonly Guid s_subnet = Guid.Parse("5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a");
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        foreach (int controllers in (int[])[1, 2])
        {
            using TestFolder folder = new();
            await using PostgresServer server = await PostgresServer.StartAsync(cancellationToken);
            string database = await server.CreateAsync("serving", cancellationToken);
            ControllerOptions options = new() { StateDirectory = folder["state"], Database = database, Drivers = DriverKind.Noop };
            await using RunningController recorder = await HostingSlice.OpenAsync(options, cancellationToken);
            Samples recorded = new(), active = new();
            recorded.Add(await RecordAsync(recorder, cancellationToken));
            List<ServingController> serving = [.. Enumerable.Range(0, controllers).Select(number =>
                ServingController.Start(folder[$"log{number}"], ["--state-dir", folder["state"], "--database", database, "--drivers", "noop", "--roles", "worker"]))];
            try
            {
                active.Add(await ServedAsync(recorder, cancellationToken));
            }
            finally
            {
                foreach (ServingController one in serving)
                {
                    await one.DisposeAsync();
                }
            }

            if (controllers == 1)
            {
                report.Add($"PostgreSQL: {LoadBalancers} load balancers recorded, {Together} at once", "1/s", recorded);
            }

            string who = controllers == 1 ? "one serve" : "two serve";
            report.Add(string.Create(CultureInfo.InvariantCulture, $"PostgreSQL: ACTIVE after that, {who}"), "1/s", active);
        }
    }

    private static async Task<double> RecordAsync(RunningController recorder, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, LoadBalancers), new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken }, async (number, token) =>
            _ = (await recorder.CreateAsync(new CreateLoadBalancerRequest { Name = $"lb-{number}", ProjectId = "p", VipSubnetId = s_subnet }, token)).Value);
        return LoadBalancers / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // From the first that has ended: the start of a process is measured elsewhere.
    private static async Task<double> ServedAsync(RunningController recorder, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp(), first = 0;
        int atFirst = LoadBalancers;
        while (await OpenAsync(recorder, cancellationToken) is > 0 and var open)
        {
            if (open < LoadBalancers && first == 0)
            {
                (first, atFirst) = (Stopwatch.GetTimestamp(), open);
            }

            if (Stopwatch.GetElapsedTime(start) > s_limit)
            {
                throw new TimeoutException($"{open} of {LoadBalancers} load balancers are not ACTIVE within {s_limit}");
            }

            await Task.Delay(s_look, cancellationToken);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(first);
        IReadOnlyList<LoadBalancerRow> rows = await recorder.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), cancellationToken);
        return rows.All(row => row.ProvisioningStatus == RowStatus.Active)
            ? atFirst / took.TotalSeconds
            : throw new InvalidOperationException($"{rows.Count(row => row.ProvisioningStatus != RowStatus.Active)} of {LoadBalancers} load balancers did not become ACTIVE");
    }

    private static async Task<int> OpenAsync(RunningController recorder, CancellationToken cancellationToken) =>
        (await recorder.Database.ReadAsync((transaction, token) => new FlowRows(transaction).CountOpenAsync(token), cancellationToken)).Sum(static flows => flows.Count);
}
