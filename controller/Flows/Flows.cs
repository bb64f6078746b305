// Flows: lists of steps that are all done or all undone, whichever controller runs them (flows.md §1). Knows no task.
namespace Amphora.Controller.Flows;

/// <summary>Front door: the words flows are written in; <see cref="FlowEngine"/> runs them.</summary>
internal static class FlowsSlice
{
    /// <summary>One task.</summary>
    public static FlowNode Step(string name, IFlowTask task) => new StepNode(name, task);

    /// <summary>In order.</summary>
    public static FlowNode Linear(params IReadOnlyList<FlowNode> nodes) => new LinearNode(nodes);

    /// <summary>In any order, beside each other when there are workers.</summary>
    public static FlowNode Unordered(params IReadOnlyList<FlowNode> nodes) => new UnorderedNode(nodes);

    /// <summary>Steps and values of the body bear the name in front, so that the same steps can stand in a flow twice (MASTER, BACKUP).
    /// Inside, values of the scopes around it are seen too.</summary>
    public static FlowNode Scope(string name, FlowNode body) => new ScopeNode(name, body);

    /// <summary>What the body did is undone and done again when it fails in a way that the policy handles.</summary>
    public static FlowNode Retry(RetryPolicy policy, FlowNode body) => new RetryNode(policy, body);

    /// <summary>Once all of the body is done it is not undone any more: what it made is in use. Until then it is undone as any part.</summary>
    public static FlowNode Kept(FlowNode body) => new KeptNode(body);

    /// <summary>Nodes in the order of their edges; a node that an edge's decider keeps out takes everything that follows it along.</summary>
    public static FlowNode Graph(IReadOnlyList<FlowNode> nodes, params IReadOnlyList<FlowEdge> edges) => new GraphNode(nodes, edges);
}
