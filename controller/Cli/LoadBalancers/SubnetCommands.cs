// amphora-controller subnet: list, show, create, delete: of the embedded driver's networks.
using System.CommandLine;
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Controller.Hosting;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>subnet</c>.</summary>
internal sealed class SubnetCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "subnet";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Argument<string> _name = CommandOptions.Word<string>("SUBNET", "The subnet: its name or id.", "a name or id is needed", CommandOptions.NotEmpty);

    private SubnetCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Subnets of this host's networks, for the embedded driver.");
        if (isWanted)
        {
            var commands = new SubnetCommands(terminal);
            noun.Options.Add(commands._output);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])[commands.List(), commands.Show(), commands.Add(), commands.Delete()])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command List() => Of(new Command("list", "All subnets."), async (parsed, networks, _) =>
    {
        var table = new Table("ID", "NAME", "NETWORK", "CIDR", "GATEWAY");
        foreach (var subnet in networks.Subnets)
        {
            if (parsed.GetValue(_output) == OutputFormat.Json)
            {
                await _terminal.Out.WriteLineAsync(View(networks, subnet).ToJsonString());
            }

            table.Add(subnet.Id.ToString(), subnet.Name, networks.NameOf(subnet.NetworkId), subnet.Cidr.ToString(), Table.OrDash(subnet.GatewayIp));
        }

        if (parsed.GetValue(_output) == OutputFormat.Table)
        {
            table.WriteTo(_terminal.Out);
        }
    });

    private Command Show() => Of(new Command("show", "One subnet.") { _name }, (parsed, networks, _) =>
    {
        ObjectPrinter.PrintOne(_terminal, parsed.GetValue(_output), View(networks, networks.Subnet(parsed.GetValue(_name)!)));
        return Task.CompletedTask;
    });

    private Command Add()
    {
        var name = CommandOptions.Word<string>("NAME", "Its name.", "a name is needed", CommandOptions.NotEmpty);
        var network = CommandOptions.Required(CommandOptions.One<string>("--network", "NETWORK", "The network it is of: a name or id.", "a name or id is needed", CommandOptions.NotEmpty));
        var range = CommandOptions.Required(CommandOptions.One<Cidr>("--subnet-range", "CIDR", "Its addresses.", "a network as 10.1.0.0/24 is needed", CommandOptions.Network));
        var gateway = CommandOptions.One<IPAddress>("--gateway", "ADDRESS", "The way out (default: its first address).", "an IP address is needed", CommandOptions.Address);
        return Of(new Command("create", "Make a subnet.") { name, network, range, gateway }, async (parsed, networks, token) =>
        {
            var cidr = parsed.GetValue(range);
            var made = await networks.CreateSubnetAsync(networks.Network(parsed.GetValue(network)!).Id, parsed.GetValue(name)!, cidr, parsed.GetValue(gateway) ?? AddressPicker.First(cidr), token);
            ObjectPrinter.PrintOne(_terminal, parsed.GetValue(_output), View(networks, made));
        });
    }

    private Command Delete() => Of(new Command("delete", "Delete a subnet that no port has an address of.") { _name }, (parsed, networks, token) =>
        networks.DeleteSubnetAsync(networks.Subnet(parsed.GetValue(_name)!).Id, token));

    private Command Of(Command command, Func<ParseResult, NetnsNetworkOperator, CancellationToken, Task> run)
    {
        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            await run(parsed, NetworkCommands.OperatorOf(controller), token);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private static System.Text.Json.Nodes.JsonObject View(NetnsNetworkOperator networks, Subnet subnet) => new()
    {
        ["id"] = subnet.Id.ToString(),
        ["name"] = subnet.Name,
        ["network_id"] = subnet.NetworkId.ToString(),
        ["network"] = networks.NameOf(subnet.NetworkId),
        ["cidr"] = subnet.Cidr.ToString(),
        ["gateway_ip"] = subnet.GatewayIp?.ToString(),
    };
}
