// Rendering alone: the whole offline command, and the library call inside it.
using System.Diagnostics;
using System.Net;
using System.Text;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench;

internal static class RenderMeasurement
{
    private const int Runs = 15;

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        using TestFolder folder = new();
        (BenchmarkDocument Document, Samples Command)[] kinds = [(Document(LoadBalancerSize.Small), new Samples()), (Document(LoadBalancerSize.Large), new Samples())];
        for (int run = 0; run <= Runs; run++)
        {
            foreach ((BenchmarkDocument document, Samples samples) in kinds)
            {
                TimeSpan took = await RenderAsync(folder, document, cancellationToken);
                if (run > 0)
                {
                    samples.Add(took);
                }
            }
        }

        foreach ((BenchmarkDocument document, Samples samples) in kinds)
        {
            report.Add($"{document.Size.Name}: amphora-agent render, whole process", "ms", samples);
        }
    }

    private static BenchmarkDocument Document(LoadBalancerSize size) =>
        new(size, Guid.NewGuid().ToString(), IPAddress.Parse("10.77.0.10"), IPAddress.Parse("10.77.0.31"));

    private static async Task<TimeSpan> RenderAsync(TestFolder folder, BenchmarkDocument document, CancellationToken cancellationToken)
    {
        string file = folder.Write($"{document.Size.Name}.json", document.Text.ToString());
        CommandResult result = await Command.RunAsync([.. Checkout.AgentCommand, "render", "--file", file, "--out", folder[document.Size.Name]], cancellationToken);
        return result.ExitCode == 0 ? result.Duration : throw new InvalidOperationException($"amphora-agent render: exit code {result.ExitCode}\n{result.Errors}");
    }
}
