// amphora-controller lb: create, list, show, delete.
using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Cli.Following;
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
            foreach (var command in (Command[])[commands.Create(), commands.List(), commands.Show(), commands.Failover(), commands.Delete()])
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
        var file = CommandOptions.Path("--file", "FILE", "Listeners and pools, a JSON object with the loadbalancer's fields \"listeners\" and \"pools\" of a desired state document.");
        var command = _follower.AddTo(new Command("create", "Create a load balancer; ends when it is ACTIVE, or when everything that was done is undone.") { name, description, project, subnet, address, topology, disable, file });
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            if (await controller.Services.Network.FindSubnetAsync(parsed.GetValue(subnet)!, token) is not { } found)
            {
                return Refusals.Print(_terminal, new Refusal(RefusalKind.Invalid, $"Subnet {parsed.GetValue(subnet)} not found."));
            }

            var (tree, unreadable) = ReadTree(parsed.GetValue(file));
            if (unreadable is not null)
            {
                return Refusals.Print(_terminal, new Refusal(RefusalKind.Invalid, unreadable));
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
                Tree = tree,
            };
            return await EndAsync(parsed, controller, await controller.CreateAsync(request, token), token);
        }, token));
        return command;
    }

    private Command List()
    {
        var command = new Command("list", "Load balancers.");
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            var rows = await controller.Database.ReadAsync((transaction, cancel) => new LoadBalancerRows(transaction).ListAsync(null, cancel), token);
            LoadBalancerPrinter.Print(_terminal, parsed.GetValue(_output), rows);
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
        var command = new Command("failover", "Give a load balancer new amphorae, one after the other; also one in ERROR.") { _name };
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
        var view = await controller.Database.ReadAsync(
            async (transaction, token) => new LoadBalancerView(
                (await new LoadBalancerRows(transaction).GetAsync(id, token))!,
                await new ObjectRows(transaction).LoadAsync(id, token),
                await new AmphoraRows(transaction).OfLoadBalancerAsync(id, token)),
            cancellationToken);
        LoadBalancerPrinter.Print(_terminal, parsed.GetValue(_output), view);
        return ExitCode.Done;
    }

    private async Task<LoadBalancerRow?> FindAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken)
    {
        var word = parsed.GetValue(_name)!;
        var found = await controller.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).FindAsync(word, null, token), cancellationToken);
        if (found.Count != 1)
        {
            Refusals.Print(_terminal, new Refusal(RefusalKind.NotFound, found.Count == 0 ? $"Load Balancer {word} not found." : $"{found.Count} load balancers are named {word}: {string.Join(", ", found.Select(static row => row.Id))}"));
            return null;
        }

        return found[0];
    }

    private static (JsonObject? Tree, string? Error) ReadTree(string? path)
    {
        try
        {
            return path is null ? (null, null) : JsonNode.Parse(File.ReadAllText(path)) is JsonObject tree ? (tree, null) : (null, $"cannot use {path}: it is no JSON object");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return (null, $"cannot use {path}: {exception.Message}");
        }
    }
}
