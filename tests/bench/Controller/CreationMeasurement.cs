// Load balancers created by the native controller: on this host's namespaces up to the first answer, and many at once without machines.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Databases;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench.Controller;

/// <summary>A section of its own.</summary>
internal static class CreationMeasurement
{
    private const int Runs = 7;
    private const int AtOnce = 200;
    private const double MostSingle = 1500;
    private const double MostSpare = 500;
    private const double MostPair = 4000;

    // Any: the noop driver has every subnet.
    private const string Subnet = "5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a";

    private static readonly TimeSpan ServingLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        BenchmarkReport report = new();
        await using (ControllerCommands controller = await ControllerCommands.StartAsync(members: 1))
        {
            await OneByOneAsync(report, controller, "SINGLE", "SINGLE", MostSingle, () => Task.CompletedTask, cancellationToken);
            await OneByOneAsync(report, controller, "SINGLE from a spare", "SINGLE", MostSpare, () => controller.RunAsync("housekeeping", "run", "--job", "spares", "--spare-amphora-pool-size", "1"), cancellationToken);
            await OneByOneAsync(report, controller, "ACTIVE_STANDBY", "ACTIVE_STANDBY", MostPair, () => Task.CompletedTask, cancellationToken);
        }

        using (TestFolder folder = new())
        {
            await AtOnceAsync(report, "SQLite", folder["state"], [], cancellationToken);
        }

        await using (PostgresServer server = await PostgresServer.StartAsync(cancellationToken))
        {
            using TestFolder folder = new();
            await AtOnceAsync(report, "PostgreSQL", folder["state"], ["--database", await server.CreateAsync("creations", cancellationToken)], cancellationToken);
        }

        await ServingMeasurement.RunAsync(report, cancellationToken);
        BenchmarkPage.WriteSection("Creation of load balancers", Introduction() + report.Table());
    }

    private static async Task OneByOneAsync(
        BenchmarkReport report, ControllerCommands controller, string name, string topology, double most, Func<Task> prepareAsync, CancellationToken cancellationToken)
    {
        Samples active = new(), serving = new(), deleted = new();
        for (int run = 0; run < Runs; run++)
        {
            await prepareAsync();
            long start = Stopwatch.GetTimestamp();
            JsonNode created = await controller.CreateAsync("measured", "--topology", topology);
            active.Add(Stopwatch.GetElapsedTime(start));
            await UntilServingAsync(controller, IPAddress.Parse((string)created["vip_address"]!), cancellationToken);
            serving.Add(Stopwatch.GetElapsedTime(start));
            start = Stopwatch.GetTimestamp();
            await controller.RunAsync("lb", "delete", "measured", "--cascade");
            deleted.Add(Stopwatch.GetElapsedTime(start));
        }

        report.Add($"{name}: lb create, whole command", "ms", active);
        report.Add($"{name}: lb create, to the first answer of a member", "ms", serving, atMost: most);
        report.Add($"{name}: lb delete, whole command", "ms", deleted);
    }

    private static async Task UntilServingAsync(ControllerCommands controller, IPAddress vip, CancellationToken cancellationToken)
    {
        using HttpClient client = TrafficClient.Create(controller.Client);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AnswerLimit);
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{vip}/"), limit.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception exception) when (
                exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested && Stopwatch.GetElapsedTime(start) < ServingLimit)
            {
                // VRRP has not elected its master yet.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>A process a load balancer, all started at once.</summary>
    private static async Task AtOnceAsync(BenchmarkReport report, string engine, string state, IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> Words(string name) => [.. Checkout.ControllerCommand, "lb", "create", "--name", name, "--vip-subnet-id", Subnet, "--drivers", "noop", "--state-dir", state, .. options];
        // The first one makes CA, keys and schema.
        await Command.OutputAsync(Words("first"), cancellationToken);
        long start = Stopwatch.GetTimestamp();
        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => Command.RunAsync(Words($"lb-{number}"), cancellationToken)));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        if (results.FirstOrDefault(result => result.ExitCode != 0 || !result.Output.Contains("ACTIVE", StringComparison.Ordinal)) is { } failed)
        {
            throw new InvalidOperationException($"{engine}: one of {AtOnce} creations at once ended with {failed.ExitCode}: {failed.Errors}");
        }

        Samples rate = new();
        rate.Add(AtOnce / took.TotalSeconds);
        report.Add($"{engine}: {AtOnce} lb create at once, noop drivers, a process each", "1/s", rate);
    }

    private static string Introduction() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        What `./build.sh bench create` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} on the same machine ({Machine.Description}); load average at the end
        {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. Native binaries, the embedded drivers, an HTTP listener with one member; each command is a process of its own, its start counted.
        ACTIVE_STANDBY serves when VRRP has elected a master: three and a half advertisements of a second. With `serve` load balancers are recorded while nobody
        serves, and the rate is that of their flows alone, ten beside each other in a controller, on the cores that PostgreSQL has too.


        """);
}
