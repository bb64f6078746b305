// amphora-controller lb: create, list, show, failover, delete; set and unset are LoadBalancerChanges, what only looks is LoadBalancerLooks.
using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>lb</c>; options as <c>openstack loadbalancer</c> has them.</summary>
internal sealed class LoadBalancerCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "lb";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Argument<string> _name = CommandOptions.Word<string>("NAME-OR-ID", "The load balancer.", "a name or id is needed", CommandOptions.NotEmpty);

    private readonly FlowFollower _follower;

    private LoadBalancerCommands(Terminal terminal) => (_terminal, _follower) = (terminal, new FlowFollower(terminal));

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Create, look at and delete load balancers.");
        if (isWanted)
        {
            var commands = new LoadBalancerCommands(terminal);
            noun.Options.Add(commands._output);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])
            [
                commands.Create(), commands.List(), commands.Show(), commands.Failover(), commands.Delete(),
                .. new LoadBalancerLooks(terminal, commands._controller, commands._output, commands._name).All(),
                .. new LoadBalancerChanges(terminal, commands._controller, commands._output, commands._name, commands._follower).All(),
            ])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command Create()
    {
        var name = CommandOptions.One<string>("--name", "NAME", "For people.", "a name is needed", CommandOptions.NotEmpty);
        var description = CommandOptions.One<string>("--description", "TEXT", "For people.", "a text is needed", CommandOptions.NotEmpty);
        var project = CommandOptions.One<string>("--project", "PROJECT", "Whose it is (default: default).", "a project is needed", CommandOptions.NotEmpty);
        var subnet = CommandOptions.Required(CommandOptions.One<string>("--vip-subnet-id", "SUBNET", "Name or id of the subnet the VIP is in.", "a name or id is needed", CommandOptions.NotEmpty));
        var address = CommandOptions.One<IPAddress>("--vip-address", "ADDRESS", "The VIP (default: any address of the subnet).", "an IP address is needed", CommandOptions.Address);
        var topology = CommandOptions.One<Topology>("--topology", "SINGLE|ACTIVE_STANDBY", "One amphora (default), or two that stand in for each other.", "SINGLE or ACTIVE_STANDBY is needed", Amphora.Contract.WireNames.Topologies.TryRead);
        var disable = new Option<bool>("--disable") { Description = "Without traffic (admin_state_up false)." };
        var file = CommandOptions.Path("--file", "FILE", "Listeners and pools: a JSON object with \"listeners\" and \"pools\", as the API's full creation has them; pools are named by name or id.");
        var command = _follower.AddTo(new Command("create", "Create a load balancer; ends when it is ACTIVE, or when everything that was done is undone.") { name, description, project, subnet, address, topology, disable, file });
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            if (await controller.Services.Network.FindSubnetAsync(parsed.GetValue(subnet)!, token) is not { } found)
            {
                return Refusals.Print(_terminal, new Refusal(RefusalKind.Invalid, $"Subnet {parsed.GetValue(subnet)} not found."));
            }

            var tree = parsed.GetValue(file) is { } path ? await TreeFile.ReadAsync(path, controller, token) : default(Decision<JsonObject>?);
            if (tree?.Refusal is { } unreadable)
            {
                return Refusals.Print(_terminal, unreadable);
            }

            var request = new CreateLoadBalancerRequest
            {
                Name = parsed.GetValue(name) ?? "",
                Description = parsed.GetValue(description) ?? "",
                ProjectId = parsed.GetValue(project) ?? "default",
                AdminStateUp = !parsed.GetValue(disable),
                Topology = parsed.GetValue(topology),
                VipSubnetId = found.Id,
                VipAddress = parsed.GetValue(address),
                Tree = tree?.Value,
            };
            return await EndAsync(parsed, controller, await controller.CreateAsync(request, token), token);
        }, token));
        return command;
    }

    private Command List()
    {
        var filters = new ListFilters();
        var command = new Command("list", "Load balancers.");
        filters.AddTo(command, "tags", "protocol");
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var rows = await controller.Database.ReadAsync((transaction, cancel) => new LoadBalancerRows(transaction).ListAsync(null, cancel), token);
            LoadBalancerPrinter.Print(_terminal, parsed.GetValue(_output), [.. rows.Where(row => filters.Fits(parsed, LoadBalancerPrinter.Write(new LoadBalancerView(row, [], []))))]);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private Command Show()
    {
        var command = new Command("show", "One load balancer, with its amphorae and everything below it.") { _name };
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
            await FindAsync(parsed, controller, token) is { } row ? await ShowAsync(parsed, controller, row.Id, token) : ExitCode.Refused, token));
        return command;
    }

    private Command Failover()
    {
        var command = _follower.AddTo(new Command("failover", "Give a load balancer new amphorae, one after the other; also one in ERROR.") { _name });
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
            await FindAsync(parsed, controller, token) is { } row ? await EndAsync(parsed, controller, await controller.FailoverAsync(row.Id, token), token) : ExitCode.Refused, token));
        return command;
    }

    private Command Delete()
    {
        var cascade = new Option<bool>("--cascade") { Description = "With everything below it." };
        var command = _follower.AddTo(new Command("delete", "Delete a load balancer.") { _name, cascade });
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            if (await FindAsync(parsed, controller, token) is not { } row)
            {
                return ExitCode.Refused;
            }

            var begun = await controller.DeleteAsync(row.Id, parsed.GetValue(cascade), token);
            return begun.Refusal is { } refusal ? Refusals.Print(_terminal, refusal) : await _follower.FollowAsync(parsed, controller, begun.Value.FlowId, token);
        }, token));
        return command;
    }

    private async Task<ExitCode> EndAsync(ParseResult parsed, RunningController controller, Decision<Begun> begun, CancellationToken cancellationToken)
    {
        if (begun.Refusal is { } refusal)
        {
            return Refusals.Print(_terminal, refusal);
        }

        var ended = await _follower.FollowAsync(parsed, controller, begun.Value.FlowId, cancellationToken);
        await ShowAsync(parsed, controller, begun.Value.LoadBalancerId, cancellationToken);
        return ended;
    }

    private async Task<ExitCode> ShowAsync(ParseResult parsed, RunningController controller, Guid id, CancellationToken cancellationToken)
    {
        var view = await LoadBalancerLooks.ReadAsync(controller, id, cancellationToken);
        LoadBalancerPrinter.Print(_terminal, parsed.GetValue(_output), view);
        return ExitCode.Done;
    }

    private async Task<LoadBalancerRow?> FindAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken)
    {
        var found = await new FoundObjects(controller).LoadBalancerAsync(parsed.GetValue(_name)!, cancellationToken);
        if (found.Refusal is { } missing)
        {
            Refusals.Print(_terminal, missing);
            return null;
        }

        return found.Value;
    }
}
