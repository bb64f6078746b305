// amphora-controller flow: list, show, resume, revert.
using System.CommandLine;
using System.Globalization;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>flow</c>: what was done to bring things about, and what was left half-way.</summary>
internal sealed class FlowCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "flow";

    private const int MostListed = 100;

    private readonly Terminal _terminal;
    private readonly ControllerCommandOptions _controller = new();
    private readonly Argument<Guid> _id = CommandOptions.Word<Guid>("ID", "The flow.", "a UUID is needed", CommandOptions.Uuid);

    private FlowCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Look at flows, and bring those to an end that a controller left half-way.");
        if (isWanted)
        {
            var commands = new FlowCommands(terminal);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])[commands.List(), commands.Show(), commands.Resume(), commands.Revert()])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command List()
    {
        var command = new Command("list", $"The latest {MostListed} flows, newest first.");
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var flows = await controller.Database.ReadAsync((transaction, cancel) => new FlowRows(transaction).ListAsync(null, MostListed, cancel), token);
            Print(flows);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Show()
    {
        var command = new Command("show", "A flow as a tree of its steps, with times.") { _id };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var (flow, steps) = await controller.Database.ReadAsync(
                async (transaction, cancel) =>
                {
                    var rows = new FlowRows(transaction);
                    return (await rows.GetAsync(parsed.GetValue(_id), cancel), await rows.StepsAsync(parsed.GetValue(_id), cancel));
                },
                token);
            if (flow is null)
            {
                return Missing(parsed);
            }

            Print([flow]);
            PrintTree(steps);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Resume()
    {
        var command = new Command("resume", "Go on with a flow that no controller runs.") { _id };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, controller => RunAsync(parsed, controller, token), token));
        return command;
    }

    private Command Revert()
    {
        var command = new Command("revert", "Undo a flow that no controller runs.") { _id };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var turned = await controller.Database.InTransactionAsync(
                (transaction, cancel) => new FlowRows(transaction).TurnAroundAsync(parsed.GetValue(_id), "undone by hand", cancel), token);
            return turned ? await RunAsync(parsed, controller, token) : Missing(parsed);
        }, token));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken)
    {
        var steps = await controller.Database.ReadAsync((transaction, token) => new FlowRows(transaction).StepsAsync(parsed.GetValue(_id), token), cancellationToken);
        await using var live = new LiveFlow(_terminal, steps);
        var end = await controller.Flows.RunAsync(parsed.GetValue(_id), live, cancellationToken);
        if (end is null)
        {
            return Missing(parsed);
        }

        await _terminal.Out.WriteLineAsync(end.Error is null ? FlowWords.FlowStates.Spell(end.State) : $"{FlowWords.FlowStates.Spell(end.State)}: {end.Error}");
        return end.State == FlowState.Success ? ExitCode.Done : ExitCode.Refused;
    }

    private ExitCode Missing(ParseResult parsed)
    {
        _terminal.Error.WriteLine($"error: flow {parsed.GetValue(_id)} is not there, has ended, or is run by a controller");
        return ExitCode.Refused;
    }

    private void Print(IReadOnlyList<FlowRecord> flows)
    {
        var table = new Table("ID", "KIND", "SUBJECT", "STATE", "OWNER", "CREATED", "TOOK", "ERROR");
        foreach (var flow in flows)
        {
            table.Add(
                flow.Id.ToString(), flow.Kind, flow.Subject.ToString(), FlowWords.FlowStates.Spell(flow.State), Table.OrDash(flow.Owner),
                flow.CreatedAt.ToString("u", CultureInfo.InvariantCulture), Took(flow.CreatedAt, flow.EndedAt), Table.OrDash(flow.Error));
        }

        table.WriteTo(_terminal.Out);
    }

    private void PrintTree(IReadOnlyList<StepRecord> steps)
    {
        var table = new Table("STEP", "STATE", "ATTEMPTS", "TOOK", "ERROR");
        foreach (var line in FlowTree.Lines(steps))
        {
            var name = $"{new string(' ', line.Depth * 2)}{line.Name}";
            if (line.Step is { } step)
            {
                table.Add(name, FlowWords.StepStates.Spell(step.State), step.Attempts.ToString(CultureInfo.InvariantCulture), Took(step.StartedAt, step.EndedAt), Table.OrDash(step.Error));
            }
            else
            {
                table.Add(name);
            }
        }

        table.WriteTo(_terminal.Out);
    }

    private static string Took(DateTimeOffset? from, DateTimeOffset? to) => to - from is { } took ? Table.Milliseconds(took.TotalMilliseconds) : "-";
}
