// The same flow with one step that fails, or a journal that dies.
using Amphora.Controller.Flows;

namespace Amphora.Controller.Tests.LoadBalancers;

/// <summary>When a step fails.</summary>
public enum FailingMoment
{
    /// <summary>Nothing of it was done.</summary>
    Before,

    /// <summary>All of it was done, and nobody knows.</summary>
    After,
}

/// <summary>Puts failures into flows.</summary>
internal static class FailingSteps
{
    /// <summary>The flow in which the step of this path fails.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="path">The step.</param>
    /// <param name="moment">When.</param>
    /// <param name="fails">Asked each time; null: it always does.</param>
    public static FlowNode At(FlowNode flow, string path, FailingMoment moment, Func<bool>? fails = null) =>
        Map(flow, "", path, task => new FailingTask(task, moment, fails ?? (() => true)));

    private static FlowNode Map(FlowNode node, string scope, string path, Func<IFlowTask, IFlowTask> change)
    {
        FlowNode[] All(IReadOnlyList<FlowNode> nodes) => [.. nodes.Select(part => Map(part, scope, path, change))];
        switch (node)
        {
            case StepNode step:
                return scope + step.Name == path ? step with { Task = change(step.Task) } : step;
            case LinearNode linear:
                return linear with { Nodes = All(linear.Nodes) };
            case UnorderedNode unordered:
                return unordered with { Nodes = All(unordered.Nodes) };
            case ScopeNode inner:
                return inner with { Body = Map(inner.Body, $"{scope}{inner.Name}/", path, change) };
            case RetryNode retry:
                return retry with { Body = Map(retry.Body, scope, path, change) };
            case KeptNode kept:
                return kept with { Body = Map(kept.Body, scope, path, change) };
            case GraphNode graph:
                FlowNode[] nodes = All(graph.Nodes);
                FlowNode Of(FlowNode old) => nodes[graph.Nodes.ToList().FindIndex(other => ReferenceEquals(other, old))];
                return new GraphNode(nodes, [.. graph.Edges.Select(edge => edge with { From = Of(edge.From), To = Of(edge.To) })]);
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private sealed class FailingTask(IFlowTask task, FailingMoment moment, Func<bool> fails) : IFlowTask
    {
        public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
        {
            var isNow = fails();
            if (!isNow || moment == FailingMoment.After)
            {
                await task.ExecuteAsync(values, cancellationToken);
            }

            if (isNow)
            {
                throw new TimeoutException("injected");
            }
        }

        public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => task.RevertAsync(values, cancellationToken);
    }
}

/// <summary>A journal whose controller is killed at its n-th write: nothing is written any more, and nobody gives the lease back.</summary>
internal sealed class DyingJournal(IFlowJournal journal, int dieAt) : IFlowJournal
{
    private int _writes;

    public int Writes => _writes;

    public Task<TakenFlow?> TakeAsync(Guid id, string owner, DateTimeOffset until, CancellationToken cancellationToken) =>
        // The lease of a killed controller is over at once here: nobody waits for it in a test.
        journal.TakeAsync(id, owner, DateTimeOffset.UnixEpoch, cancellationToken);

    public Task<TakenFlow?> TakeAnyAsync(string owner, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RenewAsync(FlowLease lease, DateTimeOffset until, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WriteAsync(FlowLease lease, StepRecord step, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _writes) >= dieAt ? Task.FromException(new FlowLostException(lease)) : journal.WriteAsync(lease, step, cancellationToken);

    public Task WriteAsync(FlowLease lease, FlowState state, string? error, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _writes) >= dieAt ? Task.FromException(new FlowLostException(lease)) : journal.WriteAsync(lease, state, error, cancellationToken);

    public Task<bool> TurnAroundAsync(FlowLease lease, string error, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _writes) >= dieAt ? Task.FromException<bool>(new FlowLostException(lease)) : journal.TurnAroundAsync(lease, error, cancellationToken);

    public Task ReleaseAsync(FlowLease lease, CancellationToken cancellationToken) => Task.CompletedTask;
}
