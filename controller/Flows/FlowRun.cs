// One flow while one controller runs it.
namespace Amphora.Controller.Flows;

/// <summary>Walks the parts of a flow and writes down every step. Steps that are done already are not done again.</summary>
internal sealed class FlowRun : IDisposable
{
    private readonly FlowNode _body;
    private readonly FlowSteps _steps;
    private readonly SemaphoreSlim _workers;
    private readonly FlowServices _services;

    /// <summary>A run from where the flow stands.</summary>
    public FlowRun(TakenFlow taken, FlowNode body, FlowServices services, IProgress<StepRecord>? progress)
    {
        (_body, _services) = (body, services);
        _steps = new FlowSteps(taken, services, progress);
        _workers = new SemaphoreSlim(services.Options.Workers);
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.Dispose();

    /// <summary>Goes forwards to the end.</summary>
    /// <returns>Null, or why the flow is to be undone.</returns>
    /// <exception cref="OperationCanceledException">Stopped; what runs is left as it is.</exception>
    /// <exception cref="FlowLostException">Another controller has the flow.</exception>
    public async Task<string?> ExecuteAsync(CancellationToken stop)
    {
        try
        {
            await ExecuteAsync(_body, "", stop);
            return null;
        }
        catch (Exception exception) when (exception is not FlowLostException && !stop.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    /// <summary>Undoes everything that has begun and is not to stay, the last first. What cannot be undone is written down and left (flows.md §1).</summary>
    /// <inheritdoc cref="ExecuteAsync(CancellationToken)"/>
    public Task RevertAsync(CancellationToken stop) => RevertAsync(FlowOutline.Walk(_body, "").Except(FlowOutline.Kept(_body, "", _steps.IsOver)), stop);

    private Task ExecuteAsync(FlowNode node, string scope, CancellationToken cancellationToken) => node switch
    {
        StepNode step => StepAsync(new PlacedStep(scope, step), cancellationToken),
        LinearNode linear => LinearAsync(linear, scope, cancellationToken),
        UnorderedNode unordered => BesideEachOtherAsync(unordered.Nodes.Select(part => Part(part, scope)), cancellationToken),
        ScopeNode inner => ExecuteAsync(inner.Body, $"{scope}{inner.Name}/", cancellationToken),
        RetryNode retry => RetryAsync(retry, scope, cancellationToken),
        KeptNode kept => ExecuteAsync(kept.Body, scope, cancellationToken),
        GraphNode graph => GraphAsync(graph, scope, cancellationToken),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no part of a flow"),
    };

    private Func<CancellationToken, Task> Part(FlowNode node, string scope) => cancellationToken => ExecuteAsync(node, scope, cancellationToken);

    private async Task LinearAsync(LinearNode linear, string scope, CancellationToken cancellationToken)
    {
        foreach (var part in linear.Nodes)
        {
            await ExecuteAsync(part, scope, cancellationToken);
        }
    }

    private async Task RetryAsync(RetryNode retry, string scope, CancellationToken cancellationToken)
    {
        for (var time = 1; ; time++)
        {
            try
            {
                await ExecuteAsync(retry.Body, scope, cancellationToken);
                return;
            }
            catch (Exception exception) when (time < retry.Policy.Times && !cancellationToken.IsCancellationRequested && retry.Policy.Handles(exception))
            {
                List<PlacedStep> again = [.. FlowOutline.Walk(retry.Body, scope)];
                await RevertAsync(again, cancellationToken);
                await _steps.ForgetAsync(again);
                await Task.Delay(retry.Policy.Interval, _services.Time, cancellationToken);
            }
        }
    }

    private async Task GraphAsync(GraphNode graph, string scope, CancellationToken cancellationToken)
    {
        // Nodes stand after those that come before them, so their tasks exist when they are asked for.
        var ended = new Dictionary<FlowNode, Task<bool>>(ReferenceEqualityComparer.Instance);
        await BesideEachOtherAsync(
            graph.Nodes.Select(node => (Func<CancellationToken, Task>)(token => ended[node] = NodeAsync(node, token))), cancellationToken);

        async Task<bool> NodeAsync(FlowNode node, CancellationToken token)
        {
            var wanted = true;
            foreach (var edge in graph.Edges.Where(edge => ReferenceEquals(edge.To, node)))
            {
                wanted &= await ended[edge.From] && (edge.Decider is null || edge.Decider(_steps.Values(scope)));
            }

            await (wanted ? ExecuteAsync(node, scope, token) : _steps.SkipAsync(FlowOutline.Walk(node, scope)));
            return wanted;
        }
    }

    private static async Task BesideEachOtherAsync(IEnumerable<Func<CancellationToken, Task>> parts, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll([.. parts.Select(RunAsync)]);

        async Task RunAsync(Func<CancellationToken, Task> part)
        {
            try
            {
                await part(others.Token);
            }
            catch
            {
                await others.CancelAsync();
                throw;
            }
        }
    }

    private async Task StepAsync(PlacedStep step, CancellationToken cancellationToken)
    {
        if (_steps.IsOver(step))
        {
            return;
        }

        await _workers.WaitAsync(cancellationToken);
        try
        {
            await DoAsync(step, cancellationToken);
        }
        finally
        {
            _workers.Release();
        }
    }

    private async Task DoAsync(PlacedStep step, CancellationToken cancellationToken)
    {
        var values = await _steps.BeginAsync(step);
        try
        {
            await LimitedAsync(step, token => step.Node.Task.ExecuteAsync(values, token), cancellationToken);
        }
        catch (Exception exception) when (exception is not FlowLostException && !cancellationToken.IsCancellationRequested)
        {
            await _steps.FailAsync(step, StepState.Failed, exception.Message);
            throw;
        }

        await _steps.EndAsync(step, values);
    }

    private async Task RevertAsync(IEnumerable<PlacedStep> steps, CancellationToken stop)
    {
        foreach (var step in _steps.Backwards(steps))
        {
            var values = await _steps.BeginRevertAsync(step);
            try
            {
                await LimitedAsync(step, token => step.Node.Task.RevertAsync(values, token), stop);
                await _steps.EndRevertAsync(step);
            }
            catch (Exception exception) when (exception is not FlowLostException && !stop.IsCancellationRequested)
            {
                await _steps.FailAsync(step, StepState.RevertFailed, exception.Message);
            }
        }
    }

    private async Task LimitedAsync(PlacedStep step, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(_services.Options.StepLimit, _services.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            await work(limit.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"cannot end step {step.Path}: it takes longer than {_services.Options.StepLimit.TotalSeconds:0} s");
        }
    }
}
