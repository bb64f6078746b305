// The steps of a flow as a tree of lines.
using System.Globalization;
using Amphora.Controller.Flows;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Cli.Following;

/// <summary>A line of the tree: a scope, or a step in it.</summary>
/// <param name="Depth">How far it is set in.</param>
/// <param name="Name">Of the scope or step.</param>
/// <param name="Step">Null: a scope.</param>
internal sealed record FlowLine(int Depth, string Name, StepRecord? Step)
{
    /// <summary>The line for somebody who watches.</summary>
    /// <param name="now">For steps that have not ended.</param>
    public string Text(DateTimeOffset now)
    {
        var indent = new string(' ', Depth * 2);
        if (Step is null)
        {
            return $"{indent}  {Name}";
        }

        var took = Step is { StartedAt: { } start, State: not (StepState.Pending or StepState.Skipped) } ? (Step.EndedAt ?? now) - start : (TimeSpan?)null;
        return $"{indent}{Mark(Step.State)} {Name}{(took is { } time ? $"  {FlowTree.Took(time)}" : "")}{(Step.Attempts > 1 ? $"  attempt {Step.Attempts}" : "")}{(Step.Error is { } error ? $"  {error}" : "")}";
    }

    private static string Mark(StepState state) => state switch
    {
        StepState.Pending => "·",
        StepState.Running => "▸",
        StepState.Done => "✓",
        StepState.Skipped => "-",
        StepState.Reverting => "◂",
        StepState.Reverted => "↩",
        _ => "✗",
    };
}

/// <summary>Pure: from records to lines.</summary>
internal static class FlowTree
{
    /// <summary>The lines, scopes before their steps.</summary>
    public static IReadOnlyList<FlowLine> Lines(IEnumerable<StepRecord> steps)
    {
        List<FlowLine> lines = [];
        string[] scope = [];
        foreach (var step in steps.OrderBy(static step => step.Ordinal))
        {
            var parts = step.Path.Split('/');
            for (var depth = 0; depth < parts.Length - 1; depth++)
            {
                if (!parts[..(depth + 1)].SequenceEqual(scope.Take(depth + 1)))
                {
                    lines.Add(new FlowLine(depth, parts[depth], null));
                    scope = parts[..(depth + 1)];
                }
            }

            scope = parts[..^1];
            lines.Add(new FlowLine(parts.Length - 1, parts[^1], step));
        }

        return lines;
    }

    /// <summary>A step's end in one line, for logs.</summary>
    public static string Ended(StepRecord step) =>
        $"{step.Path}: {FlowWords.StepStates.Spell(step.State)}{(step.EndedAt - step.StartedAt is { } took ? $" {Took(took)}" : "")}{(step.Error is { } error ? $": {error}" : "")}";

    /// <summary>How long, as people read it.</summary>
    public static string Took(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
