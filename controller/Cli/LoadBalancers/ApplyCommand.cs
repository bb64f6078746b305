// amphora-controller apply -f FILE [--plan]: a load balancer is to be as a document says.
using System.CommandLine;
using System.Text.Json.Nodes;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers.Planning;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The command <c>apply</c>.</summary>
internal sealed class ApplyCommand
{
    /// <summary>The noun.</summary>
    public const string Noun = "apply";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Option<string> _file = CommandOptions.Required(CommandOptions.Path("--file", "FILE", "The load balancer: a JSON object with its fields, \"listeners\" and \"pools\"; - is standard input."));
    private readonly Option<bool> _plan = new("--plan") { Description = "Say what would happen, and change nothing." };
    private readonly FlowFollower _follower;

    private ApplyCommand(Terminal terminal)
    {
        (_terminal, _follower) = (terminal, new FlowFollower(terminal));
        _file.Aliases.Add("-f");
    }

    /// <summary>The command with its options, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var command = new Command(Noun, "Create a load balancer, or change it, to match a document. Twice is once.");
        if (isWanted)
        {
            var apply = new ApplyCommand(terminal);
            apply._controller.AddTo(command);
            foreach (var option in (Option[])[apply._output, apply._file, apply._plan])
            {
                command.Options.Add(option);
            }

            apply._follower.AddTo(command);
            command.SetAction((parsed, token) => apply._controller.RunAsync(parsed, terminal, controller => apply.RunAsync(parsed, controller, token), token));
        }

        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken)
    {
        var wanted = await TreeFile.ReadLoadBalancerAsync(parsed.GetValue(_file)!, controller, cancellationToken);
        if (wanted.Refusal is { } wrong)
        {
            return Refusals.Print(_terminal, wrong);
        }

        if (parsed.GetValue(_plan))
        {
            var plan = await controller.PlanAsync(wanted.Value, cancellationToken);
            return plan.Refusal is { } no ? Refusals.Print(_terminal, no) : Print(parsed, plan.Value);
        }

        var applied = await controller.ApplyAsync(wanted.Value, cancellationToken);
        if (applied.Refusal is { } refusal)
        {
            return Refusals.Print(_terminal, refusal);
        }

        Print(parsed, applied.Value.Plan);
        var ended = await FollowAsync(parsed, controller, applied.Value, cancellationToken);
        if (applied.Value.IsWhole || ended != ExitCode.Done)
        {
            return ended;
        }

        if (_follower.IsLeft(parsed))
        {
            await _terminal.Error.WriteLineAsync("only the load balancer's own fields are recorded: apply again when that flow has ended");
            return ended;
        }

        // Its own fields are there; what hangs below it is a flow of its own.
        var rest = await controller.ApplyAsync(wanted.Value, cancellationToken);
        return rest.Refusal is { } late ? Refusals.Print(_terminal, late) : await FollowAsync(parsed, controller, rest.Value, cancellationToken);
    }

    private async Task<ExitCode> FollowAsync(ParseResult parsed, RunningController controller, Applied applied, CancellationToken cancellationToken) =>
        applied.Begun is { } begun ? await _follower.FollowAsync(parsed, controller, begun.FlowId, cancellationToken) : ExitCode.Done;

    private ExitCode Print(ParseResult parsed, LoadBalancerPlan plan)
    {
        foreach (var step in plan.Steps)
        {
            _terminal.Out.WriteLine(parsed.GetValue(_output) == OutputFormat.Json ? Json(step).ToJsonString() : step.ToString());
        }

        if (plan.IsNothing)
        {
            _terminal.Error.WriteLine("nothing to do");
        }

        return ExitCode.Done;
    }

    private static JsonObject Json(PlanStep step) => new()
    {
        ["action"] = step.Verb.ToString().ToLowerInvariant(),
        ["kind"] = step.Noun,
        ["name"] = step.Name,
        ["changes"] = new JsonArray([.. step.Changes.Select(static change => new JsonObject { ["field"] = change.Field, ["from"] = change.From, ["to"] = change.To })]),
    };
}
