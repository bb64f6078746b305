// Rendering alone: the whole offline command, and the library call inside it.
using System.Diagnostics;
using System.Net;
using System.Text;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Bench;

internal static class RenderMeasurement
{
    private const int Runs = 15;

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        using TestFolder folder = new();
        LoadBalancerRenderer renderer = new(TemplateSet.Load(null));
        Kind[] kinds = [new(Document(LoadBalancerSize.Small)), new(Document(LoadBalancerSize.Large))];
        // The first round warms up the file cache and this side's just-in-time compiler.
        for (int run = 0; run <= Runs; run++)
        {
            foreach (Kind kind in kinds)
            {
                TimeSpan command = await RenderAsync(folder, kind.Document, cancellationToken);
                (TimeSpan read, TimeSpan render) = Render(renderer, Encoding.UTF8.GetBytes(kind.Document.Text.ToString()));
                if (run > 0)
                {
                    kind.Command.Add(command);
                    kind.Read.Add(read);
                    kind.Render.Add(render);
                }
            }
        }

        foreach (Kind kind in kinds)
        {
            string name = kind.Document.Size.Name;
            report.Add($"{name}: amphora-agent render, whole process", "ms", kind.Command);
            report.Add($"{name}: read and validate, in process", "ms", kind.Read);
            report.Add($"{name}: render, in process", "ms", kind.Render);
        }
    }

    private static (TimeSpan Read, TimeSpan Render) Render(LoadBalancerRenderer renderer, byte[] text)
    {
        long start = Stopwatch.GetTimestamp();
        DesiredStateResult read = DesiredStateReader.Read(text);
        TimeSpan readTime = Stopwatch.GetElapsedTime(start);
        if (read.Document is not { } document)
        {
            throw new InvalidOperationException($"the benchmark's document is refused: {string.Join(", ", read.Faults)}");
        }

        start = Stopwatch.GetTimestamp();
        RenderResult rendered = renderer.Render(document, LoadBalancerRenderer.PreviewFacts(document));
        TimeSpan renderTime = Stopwatch.GetElapsedTime(start);
        return rendered.Faults.Count == 0 ? (readTime, renderTime) : throw new InvalidOperationException($"not rendered: {string.Join(", ", rendered.Faults)}");
    }

    private static BenchmarkDocument Document(LoadBalancerSize size) =>
        new(size, Guid.NewGuid().ToString(), IPAddress.Parse("10.77.0.10"), IPAddress.Parse("10.77.0.31"));

    private static async Task<TimeSpan> RenderAsync(TestFolder folder, BenchmarkDocument document, CancellationToken cancellationToken)
    {
        string file = folder.Write($"{document.Size.Name}.json", document.Text.ToString());
        CommandResult result = await Command.RunAsync([.. Checkout.AgentCommand, "render", "--file", file, "--out", folder[document.Size.Name]], cancellationToken);
        return result.ExitCode == 0 ? result.Duration : throw new InvalidOperationException($"amphora-agent render: exit code {result.ExitCode}\n{result.Errors}");
    }

    private sealed record Kind(BenchmarkDocument Document)
    {
        public Samples Command { get; } = new();

        public Samples Read { get; } = new();

        public Samples Render { get; } = new();
    }
}
