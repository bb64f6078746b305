// amphora-controller lb: set, unset.
using System.CommandLine;
using System.Text.Json.Nodes;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>lb</c> that change a load balancer's own fields.</summary>
internal sealed class LoadBalancerChanges(Terminal terminal, ControllerCommandOptions controllers, Option<OutputFormat> output, Argument<string> name, FlowFollower follower)
{
    /// <summary>The commands.</summary>
    public IEnumerable<Command> All() =>
    [
        Change("set", "Change a load balancer.", FieldOptions.Values(LoadBalancerFields.Type, isNew: false)),
        Change("unset", "Take away what a load balancer was given: the defaults count again.", FieldOptions.Absences(LoadBalancerFields.Type)),
    ];

    private Command Change(string verb, string description, FieldOptions fields)
    {
        var command = follower.AddTo(new Command(verb, description) { name });
        fields.AddTo(command);
        command.SetAction((parsed, token) => controllers.RunAsync(parsed, terminal, controller => ChangeAsync(parsed, controller, fields, token), token));
        return command;
    }

    private async Task<ExitCode> ChangeAsync(ParseResult parsed, RunningController controller, FieldOptions fields, CancellationToken cancellationToken)
    {
        var found = await new FoundObjects(controller).LoadBalancerAsync(parsed.GetValue(name)!, cancellationToken);
        if (found.Refusal is { } missing)
        {
            return Refusals.Print(terminal, missing);
        }

        var read = LoadBalancerFields.Type.ReadChange(fields.Read(parsed));
        var begun = read.Refusal is { } wrong ? wrong : await controller.UpdateAsync(found.Value.Id, ChangeOf(read.Value), cancellationToken);
        if (begun.Refusal is { } refusal)
        {
            return Refusals.Print(terminal, refusal);
        }

        if (begun.Value is null)
        {
            await terminal.Error.WriteLineAsync("nothing to do");
        }

        var ended = begun.Value is { } flow ? await follower.FollowAsync(parsed, controller, flow.FlowId, cancellationToken) : ExitCode.Done;
        LoadBalancerPrinter.Print(terminal, parsed.GetValue(output), await LoadBalancerLooks.ReadAsync(controller, found.Value.Id, cancellationToken));
        return ended;
    }

    // What is taken away is the default again.
    private static LoadBalancerChange ChangeOf(JsonObject fields) => new()
    {
        Name = fields.ContainsKey("name") ? (string?)fields["name"] ?? "" : null,
        Description = fields.ContainsKey("description") ? (string?)fields["description"] ?? "" : null,
        AdminStateUp = (bool?)fields["admin_state_up"],
    };
}
