// A flow as data: what is done, in which order, and what may happen beside each other (flows.md §1).
namespace Amphora.Controller.Flows;

/// <summary>Part of a flow.</summary>
internal abstract record FlowNode
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

    /// <summary>Nodes in the order of their edges; a node that an edge's decider keeps out takes everything that follows it along.</summary>
    public static FlowNode Graph(IReadOnlyList<FlowNode> nodes, params IReadOnlyList<FlowEdge> edges) => new GraphNode(nodes, edges);
}

/// <summary>One task.</summary>
/// <param name="Name">Lower case with dashes; unique in its scope.</param>
/// <param name="Task">What it does.</param>
internal sealed record StepNode(string Name, IFlowTask Task) : FlowNode;

/// <summary>In order.</summary>
/// <param name="Nodes">The parts.</param>
internal sealed record LinearNode(IReadOnlyList<FlowNode> Nodes) : FlowNode;

/// <summary>In any order.</summary>
/// <param name="Nodes">The parts.</param>
internal sealed record UnorderedNode(IReadOnlyList<FlowNode> Nodes) : FlowNode;

/// <summary>A prefix for the names inside.</summary>
/// <param name="Name">The prefix.</param>
/// <param name="Body">What is inside.</param>
internal sealed record ScopeNode(string Name, FlowNode Body) : FlowNode;

/// <summary>A part that is repeated when it fails.</summary>
/// <param name="Policy">When and how often.</param>
/// <param name="Body">What is repeated.</param>
internal sealed record RetryNode(RetryPolicy Policy, FlowNode Body) : FlowNode;

/// <summary>Parts with edges between them.</summary>
/// <param name="Nodes">The parts.</param>
/// <param name="Edges">Which comes before which.</param>
internal sealed record GraphNode(IReadOnlyList<FlowNode> Nodes, IReadOnlyList<FlowEdge> Edges) : FlowNode;

/// <summary>One node of a graph comes before another.</summary>
/// <param name="From">Ends first.</param>
/// <param name="To">Begins then.</param>
/// <param name="Decider">Asked when <paramref name="From"/> has ended: whether <paramref name="To"/> is done at all; null is yes.</param>
internal sealed record FlowEdge(FlowNode From, FlowNode To, Func<StepValues, bool>? Decider = null);

/// <summary>How often a part is done again, and when.</summary>
/// <param name="Times">How often at most, the first time included.</param>
/// <param name="Interval">Between two.</param>
/// <param name="Handles">Which failures are worth another try.</param>
internal sealed record RetryPolicy(int Times, TimeSpan Interval, Func<Exception, bool> Handles);

/// <summary>Makes a flow from what it was started with; the same input makes the same steps, in every controller.</summary>
internal interface IFlowDefinition
{
    /// <summary>Its name, as <c>create-load-balancer</c>.</summary>
    string Kind { get; }

    /// <summary>The flow.</summary>
    /// <param name="input">What it was recorded with, a JSON text.</param>
    FlowNode Define(string input);
}
