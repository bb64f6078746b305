// amphora-controller network: init, list, create, delete, connect, delete-all: the networks of the embedded driver.
using System.CommandLine;
using System.Net;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Controller.Hosting;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The commands of the noun <c>network</c>.</summary>
internal sealed class NetworkCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "network";

    private readonly Terminal _terminal;
    private readonly ControllerCommandOptions _controller = new();

    private NetworkCommands(Terminal terminal) => _terminal = terminal;

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, "Networks of this host, for the embedded driver.");
        if (isWanted)
        {
            var commands = new NetworkCommands(terminal);
            commands._controller.AddTo(noun);
            foreach (var command in (Command[])[commands.Init(), commands.List(), commands.Add(), commands.Remove(), commands.Connect(), commands.Delete()])
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private Command Init() => Of("init", $"Make network {NetnsNetworkOperator.Demo} with a subnet of that name, and the management network.", async (_, networks, token) =>
    {
        await networks.InitializeAsync(token);
        Print(networks);
    });

    private Command List() => Of("list", "Networks and their subnets.", (_, networks, _) =>
    {
        Print(networks);
        return Task.CompletedTask;
    });

    private Command Add()
    {
        var name = CommandOptions.Word<string>("NAME", "Its name.", "a name is needed", CommandOptions.NotEmpty);
        return Of("create", "Make a network; 'subnet create' gives it addresses.", async (parsed, networks, token) =>
        {
            var made = await networks.CreateNetworkAsync(parsed.GetValue(name)!, null, token);
            await _terminal.Out.WriteLineAsync($"{made.Id} {made.Name}");
        }, name);
    }

    private Command Remove()
    {
        var name = CommandOptions.Word<string>("NETWORK", "The network: its name or id.", "a name or id is needed", CommandOptions.NotEmpty);
        return Of("delete", "Delete a network without subnets and ports.", (parsed, networks, token) => networks.DeleteNetworkAsync(networks.Network(parsed.GetValue(name)!).Id, token), name);
    }

    private Command Connect()
    {
        var network = CommandOptions.Word<string>("NETWORK", "The network.", "a name is needed", CommandOptions.NotEmpty);
        var space = CommandOptions.Word<string>("NAMESPACE", "A network namespace, as of ip netns.", "a name is needed", CommandOptions.NotEmpty);
        var address = CommandOptions.One<IPAddress>("--address", "ADDRESS", "Its address there (default: any).", "an IP address is needed", CommandOptions.Address);
        return Of("connect", "Let a network namespace into a network, as a client or a member.", async (parsed, networks, token) =>
        {
            var port = await networks.ConnectAsync(networks.Network(parsed.GetValue(network)!).Id, parsed.GetValue(space)!, parsed.GetValue(address), token);
            await _terminal.Out.WriteLineAsync($"{port.Id} {string.Join(", ", port.FixedIps.Select(static ip => ip.IpAddress))}");
        }, network, space, address);
    }

    private Command Delete() => Of("delete-all", "Delete every network of this state directory.", (_, networks, token) => networks.DeleteAllAsync(token));

    private Command Of(string name, string description, Func<ParseResult, NetnsNetworkOperator, CancellationToken, Task> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        command.SetAction((parsed, token) => _controller.RunAsync(parsed, _terminal, async controller =>
        {
            await run(parsed, OperatorOf(controller), token);
            return ExitCode.Done;
        }, token));
        return command;
    }

    /// <summary>The networks of a controller that has its own.</summary>
    /// <exception cref="ControllerException">It has none.</exception>
    public static NetnsNetworkOperator OperatorOf(RunningController controller) =>
        (controller.Services.Network as NetnsNetworkDriver)?.Operator ?? throw new ControllerException("only --drivers netns has networks of its own");

    private void Print(NetnsNetworkOperator networks)
    {
        var table = new Table("NETWORK", "SUBNET", "ID", "CIDR", "GATEWAY");
        foreach (var network in networks.Networks.Where(network => networks.Subnets.All(subnet => subnet.NetworkId != network.Id)))
        {
            table.Add(network.Name, "-", network.Id.ToString());
        }

        foreach (var subnet in networks.Subnets)
        {
            table.Add(networks.NameOf(subnet.NetworkId), subnet.Name, subnet.Id.ToString(), subnet.Cidr.ToString(), Table.OrDash(subnet.GatewayIp));
        }

        table.WriteTo(_terminal.Out);
    }
}
