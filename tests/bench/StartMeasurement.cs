// Cold start to the first answer over mutual TLS, memory, and the size of the binaries.
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;

namespace Amphora.Bench;

internal static class StartMeasurement
{
    private const int Runs = 15;
    private const int Requests = 1000;
    private const double MostMilliseconds = 50;
    private const double MostMebibytes = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        Samples start = new(), idle = new(), idleProportional = new(), busy = new(), busyProportional = new();
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), cancellationToken);
        using X509Certificate2 certificate = agent.Certificates.Client("bench");
        // The first round warms up this side: its own TLS and HTTP code, and the file cache.
        for (int run = 0; run <= Runs; run++)
        {
            await agent.StopAsync(cancellationToken);
            using HttpClient client = agent.CreateClient(certificate);
            TimeSpan took = await StartAsync(agent, client, cancellationToken);
            double resident = Machine.ResidentMemory(agent.Pid);
            double proportional = Machine.ProportionalMemory(agent.Pid);
            for (int request = 0; request < Requests; request++)
            {
                await client.GetStringAsync(new Uri("/2.0/capabilities", UriKind.Relative), cancellationToken);
            }

            if (run > 0)
            {
                start.Add(took);
                idle.Add(resident);
                idleProportional.Add(proportional);
                busy.Add(Machine.ResidentMemory(agent.Pid));
                busyProportional.Add(Machine.ProportionalMemory(agent.Pid));
            }
        }

        report.Add("start to first answer", "ms", start, MostMilliseconds);
        report.Add("memory when started, RSS", "MiB", idle, MostMebibytes);
        report.Add("memory when started, PSS", "MiB", idleProportional, MostMebibytes);
        report.Add($"memory after {Requests:N0} requests, RSS", "MiB", busy, MostMebibytes);
        report.Add($"memory after {Requests:N0} requests, PSS", "MiB", busyProportional, MostMebibytes);
        AddSize(report, "amphora-agent", Checkout.AgentCommand);
        AddSize(report, "amphora-controller", Checkout.ControllerCommand);
    }

    private static async Task<TimeSpan> StartAsync(AgentProcess agent, HttpClient client, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        agent.Launch();
        while (true)
        {
            try
            {
                await client.GetStringAsync(new Uri("/", UriKind.Relative), cancellationToken);
                return Stopwatch.GetElapsedTime(start);
            }
            catch (HttpRequestException exception) when (exception.InnerException is SocketException && Stopwatch.GetElapsedTime(start) < Limit)
            {
                // Nobody listens yet.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static void AddSize(BenchmarkReport report, string name, IReadOnlyList<string> command)
    {
        Samples size = new();
        size.Add(new FileInfo(command[^1]).Length / 1048576.0);
        report.Add($"size of {name}", "MiB", size);
    }
}
