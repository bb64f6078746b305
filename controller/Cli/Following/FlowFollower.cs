// What every command that changes something does once it is recorded: run the flow and show it, or leave it to a worker.
using System.CommandLine;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Cli.Following;

/// <summary>Has the options <c>--wait</c> and <c>--no-wait</c>.</summary>
internal sealed class FlowFollower(Terminal terminal)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(300);

    private readonly Option<bool> _wait = new("--wait") { Description = "Run what was recorded and end when it has ended (default)." };
    private readonly Option<bool> _leave = new("--no-wait") { Description = "Only record it; a controller that serves does it." };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Options.Add(_wait);
        command.Options.Add(_leave);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_wait) && result.GetValue(_leave))
            {
                result.AddError("--wait and --no-wait: only one of them can be given");
            }
        });
        return command;
    }

    /// <summary>Whether the command ends before its flow.</summary>
    public bool IsLeft(ParseResult parsed) => parsed.GetValue(_leave);

    /// <summary>Brings a flow to its end, or leaves it.</summary>
    /// <returns>How the command ends.</returns>
    public async Task<ExitCode> FollowAsync(ParseResult parsed, RunningController controller, Guid flow, CancellationToken cancellationToken)
    {
        if (IsLeft(parsed))
        {
            await terminal.Error.WriteLineAsync($"flow {flow} is recorded; a controller that serves, or 'flow resume {flow}', goes on with it");
            return ExitCode.Done;
        }

        var end = await EndAsync(controller, flow, cancellationToken);
        if (end.State == FlowState.Success)
        {
            return ExitCode.Done;
        }

        await terminal.Error.WriteLineAsync($"error: {end.Error} (undone; flow {flow})");
        return ExitCode.Refused;
    }

    /// <summary>Runs a flow, or watches it while another controller does.</summary>
    public async Task<FlowEnd> EndAsync(RunningController controller, Guid flow, CancellationToken cancellationToken)
    {
        await using var live = new LiveFlow(terminal, await StepsAsync(controller, flow, cancellationToken));
        while (true)
        {
            if (await controller.Flows.RunAsync(flow, live, cancellationToken) is { } end)
            {
                return end;
            }

            foreach (var step in await StepsAsync(controller, flow, cancellationToken))
            {
                live.Report(step);
            }

            var row = await controller.Database.ReadAsync((transaction, token) => new FlowRows(transaction).GetAsync(flow, token), cancellationToken);
            if (row is null or { EndedAt: not null })
            {
                return row is null ? new FlowEnd(FlowState.Reverted, "the flow is gone") : new FlowEnd(row.State, row.Error);
            }

            await Task.Delay(s_poll, cancellationToken);
        }
    }

    private static Task<IReadOnlyList<StepRecord>> StepsAsync(RunningController controller, Guid flow, CancellationToken cancellationToken) =>
        controller.Database.ReadAsync((transaction, token) => new FlowRows(transaction).StepsAsync(flow, token), cancellationToken);
}
