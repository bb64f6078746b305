// The steps of a flow by their paths, in the order they are declared.
namespace Amphora.Controller.Flows;

/// <summary>Lists what a definition declares, and refuses one that cannot be run.</summary>
internal static class FlowOutline
{
    /// <summary>The steps with their scopes, in declared order.</summary>
    /// <exception cref="InvalidOperationException">Two steps have one path, or an edge of a graph goes back: the definition is wrong.</exception>
    public static IReadOnlyList<PlacedStep> Steps(FlowNode body)
    {
        List<PlacedStep> steps = [.. Walk(body, "")];
        var twice = steps.GroupBy(static step => step.Path).FirstOrDefault(static group => group.Skip(1).Any());
        return twice is null ? steps : throw new InvalidOperationException($"two steps of the flow are named {twice.Key}");
    }

    /// <summary>What is written down of the steps before the first one begins.</summary>
    public static IReadOnlyList<StepRecord> Records(FlowNode body) =>
        [.. Steps(body).Select(static (step, at) => new StepRecord { Path = step.Path, Ordinal = at })];

    /// <summary>The steps of a part that stands in a scope.</summary>
    public static IEnumerable<PlacedStep> Walk(FlowNode node, string scope) => node switch
    {
        StepNode step => [new PlacedStep(scope, step)],
        LinearNode linear => linear.Nodes.SelectMany(part => Walk(part, scope)),
        UnorderedNode unordered => unordered.Nodes.SelectMany(part => Walk(part, scope)),
        ScopeNode inner => Walk(inner.Body, $"{scope}{inner.Name}/"),
        RetryNode retry => Walk(retry.Body, scope),
        KeptNode kept => Walk(kept.Body, scope),
        GraphNode graph => InOrder(graph).Nodes.SelectMany(part => Walk(part, scope)),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no part of a flow"),
    };

    /// <summary>The steps that are not undone: those of parts that stay, of which every step is over.</summary>
    public static IEnumerable<PlacedStep> Kept(FlowNode node, string scope, Func<PlacedStep, bool> isOver) => node switch
    {
        KeptNode kept when Walk(kept, scope).All(isOver) => Walk(kept, scope),
        KeptNode kept => Kept(kept.Body, scope, isOver),
        LinearNode linear => linear.Nodes.SelectMany(part => Kept(part, scope, isOver)),
        UnorderedNode unordered => unordered.Nodes.SelectMany(part => Kept(part, scope, isOver)),
        ScopeNode inner => Kept(inner.Body, $"{scope}{inner.Name}/", isOver),
        RetryNode retry => Kept(retry.Body, scope, isOver),
        GraphNode graph => graph.Nodes.SelectMany(part => Kept(part, scope, isOver)),
        _ => [],
    };

    private static GraphNode InOrder(GraphNode graph)
    {
        List<FlowNode> nodes = [.. graph.Nodes];
        int At(FlowNode node) => nodes.FindIndex(other => ReferenceEquals(other, node));
        return graph.Edges.All(edge => At(edge.From) >= 0 && At(edge.From) < At(edge.To))
            ? graph
            : throw new InvalidOperationException("an edge of the graph does not lead from a node to one that is listed after it");
    }
}

/// <summary>A step where it stands.</summary>
/// <param name="Scope">The scopes around it, each with a slash; empty at the top.</param>
/// <param name="Node">The step.</param>
internal sealed record PlacedStep(string Scope, StepNode Node)
{
    /// <summary>Scope and name: unique in the flow.</summary>
    public string Path => Scope + Node.Name;
}
