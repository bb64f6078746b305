// A flow as data: what is done, in which order, and what may happen beside each other (flows.md §1).
namespace Amphora.Controller.Flows;

/// <summary>Part of a flow.</summary>
internal abstract record FlowNode;

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

/// <summary>A part that stays once all of it is done, whatever fails after it.</summary>
/// <param name="Body">What stays.</param>
internal sealed record KeptNode(FlowNode Body) : FlowNode;

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
