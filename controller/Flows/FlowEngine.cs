// Takes flows and brings them to an end: all done, or all undone (flows.md §1).
namespace Amphora.Controller.Flows;

/// <summary>Runs flows that were recorded, by whomever; what another controller left half-way goes on from there.</summary>
/// <param name="definitions">The flows there are.</param>
/// <param name="services">What runs need.</param>
internal sealed class FlowEngine(IEnumerable<IFlowDefinition> definitions, FlowServices services)
{
    private readonly Dictionary<string, IFlowDefinition> _definitions = definitions.ToDictionary(static definition => definition.Kind);

    /// <summary>What is to be written down of a new flow, in the transaction that locks what it is about.</summary>
    /// <param name="kind">The name of its definition.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="input">What the definition is given.</param>
    public NewFlow Prepare(string kind, Guid subject, string input) =>
        new(
            new FlowRecord { Id = Guid.NewGuid(), Kind = kind, Subject = subject, Input = input, CreatedAt = services.Time.GetUtcNow() },
            FlowOutline.Records(_definitions[kind].Define(input)));

    /// <summary>Runs one flow to its end.</summary>
    /// <param name="id">Which.</param>
    /// <param name="progress">Told of every step that begins or ends.</param>
    /// <param name="cancellationToken">The controller stops: the flow stands still, for another one to go on with.</param>
    /// <returns>How it ended; null when it has ended before, is another controller's, or is not there.</returns>
    public async Task<FlowEnd?> RunAsync(Guid id, IProgress<StepRecord>? progress, CancellationToken cancellationToken) =>
        await services.Journal.TakeAsync(id, services.Options.Owner, Until(), cancellationToken) is { } taken
            ? await RunAsync(taken, progress, cancellationToken)
            : null;

    /// <summary>Runs a flow that no controller has, if there is one.</summary>
    /// <inheritdoc cref="RunAsync(Guid, IProgress{StepRecord}?, CancellationToken)"/>
    public Task<FlowEnd?> RunAnyAsync(CancellationToken cancellationToken) => RunAnyAsync(static () => { }, cancellationToken);

    /// <summary>Runs a flow that no controller has, if there is one.</summary>
    /// <param name="began">Called when there is one, before it is run: another one may be looked for.</param>
    /// <param name="cancellationToken">The controller stops.</param>
    /// <inheritdoc cref="RunAsync(Guid, IProgress{StepRecord}?, CancellationToken)"/>
    public async Task<FlowEnd?> RunAnyAsync(Action began, CancellationToken cancellationToken)
    {
        if (await services.Journal.TakeAnyAsync(services.Options.Owner, Until(), cancellationToken) is not { } taken)
        {
            return null;
        }

        began();
        return await RunAsync(taken, null, cancellationToken);
    }

    private DateTimeOffset Until() => services.Time.GetUtcNow() + services.Options.Lease;

    private async Task<FlowEnd?> RunAsync(TakenFlow taken, IProgress<StepRecord>? progress, CancellationToken cancellationToken)
    {
        await using var keeper = new FlowLeaseKeeper(services.Journal, taken.Lease, services.Options, services.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, keeper.Lost);
        try
        {
            using var run = new FlowRun(taken, _definitions[taken.Flow.Kind].Define(taken.Flow.Input), services, progress);
            var end = await ToTheEndAsync(taken, run, stop.Token);
            services.Ended?.Invoke(taken.Flow, end);
            return end;
        }
        catch (FlowLostException)
        {
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (!keeper.Lost.IsCancellationRequested)
            {
                await services.Journal.ReleaseAsync(taken.Lease, CancellationToken.None);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<FlowEnd> ToTheEndAsync(TakenFlow taken, FlowRun run, CancellationToken stop)
    {
        var error = taken.Flow.Error;
        if (taken.Flow.State == FlowState.Running)
        {
            error = await run.ExecuteAsync(stop);
            if (error is null || !await services.Journal.TurnAroundAsync(taken.Lease, error, CancellationToken.None))
            {
                await services.Journal.WriteAsync(taken.Lease, FlowState.Success, null, CancellationToken.None);
                return new FlowEnd(FlowState.Success, null);
            }
        }

        await run.RevertAsync(stop);
        await services.Journal.WriteAsync(taken.Lease, FlowState.Reverted, error, CancellationToken.None);
        return new FlowEnd(FlowState.Reverted, error);
    }
}

/// <summary>What runs of flows need.</summary>
/// <param name="Journal">Where they are written down.</param>
/// <param name="Secrets">Seals what must not stand there in clear.</param>
/// <param name="Options">How they are run.</param>
/// <param name="Time">The clock.</param>
internal sealed record FlowServices(IFlowJournal Journal, FlowSecrets Secrets, FlowOptions Options, TimeProvider Time)
{
    /// <summary>Told of every flow that ended here.</summary>
    public Action<FlowRecord, FlowEnd>? Ended { get; init; }
}

/// <summary>What is written down of a flow before it begins.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Steps">Its steps.</param>
internal sealed record NewFlow(FlowRecord Flow, IReadOnlyList<StepRecord> Steps);

/// <summary>How a flow ended.</summary>
/// <param name="State">Success or Reverted.</param>
/// <param name="Error">Why it was undone.</param>
internal sealed record FlowEnd(FlowState State, string? Error);
