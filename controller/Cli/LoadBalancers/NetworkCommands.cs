// amphora-controller network: init, list, connect, disconnect: the networks of the embedded driver.
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
            foreach (var command in (Command[])[commands.Init(), commands.List(), commands.Connect(), commands.Delete()])
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

    private Command Connect()
    {
        var network = CommandOptions.Word<string>("NETWORK", "The network.", "a name is needed", CommandOptions.NotEmpty);
        var space = CommandOptions.Word<string>("NAMESPACE", "A network namespace, as of ip netns.", "a name is needed", CommandOptions.NotEmpty);
        var address = CommandOptions.One<IPAddress>("--address", "ADDRESS", "Its address there (default: any).", "an IP address is needed", CommandOptions.Address);
        return Of("connect", "Let a network namespace into a network, as a client or a member.", async (parsed, networks, token) =>
        {
            var found = networks.Networks.FirstOrDefault(one => one.Name == parsed.GetValue(network)) ?? throw new ControllerException($"there is no network {parsed.GetValue(network)}");
            var port = await networks.ConnectAsync(found.Id, parsed.GetValue(space)!, parsed.GetValue(address), token);
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
            var driver = controller.Services.Network as NetnsNetworkDriver ?? throw new ControllerException("only --drivers netns has networks of its own");
            await run(parsed, driver.Operator, token);
            return ExitCode.Done;
        }, token));
        return command;
    }

    private void Print(NetnsNetworkOperator networks)
    {
        var table = new Table("NETWORK", "SUBNET", "ID", "CIDR", "GATEWAY");
        foreach (var subnet in networks.Subnets)
        {
            table.Add(networks.Networks.First(network => network.Id == subnet.NetworkId).Name, subnet.Name, subnet.Id.ToString(), subnet.Cidr.ToString(), Table.OrDash(subnet.GatewayIp));
        }

        table.WriteTo(_terminal.Out);
    }
}
