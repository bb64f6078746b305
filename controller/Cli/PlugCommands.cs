// amphora-controller agent plug-vip, plug-member, unplug: the interfaces of an amphora.
using System.CommandLine;
using System.Globalization;
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Cli;

/// <summary>The commands that plug.</summary>
internal static class PlugCommands
{
    private const int LeastMtu = 68;
    private const int MostMtu = 65_535;

    /// <summary>Adds them to the noun.</summary>
    public static void AddTo(Command noun, AgentCommands commands)
    {
        noun.Subcommands.Add(PlugVip(commands));
        noun.Subcommands.Add(PlugMember(commands));
        noun.Subcommands.Add(Unplug(commands));
    }

    private static Command PlugVip(AgentCommands commands)
    {
        var (mac, mtu, routes) = (Mac(), Mtu(), HostRoutes());
        var vip = CommandOptions.Required(CommandOptions.One<IPAddress>("--vip", "ADDRESS", "The VIP.", "an IP address is needed", CommandOptions.Address));
        var subnet = CommandOptions.Required(CommandOptions.One<Cidr>("--subnet", "CIDR", "Subnet of the VIP.", "ADDRESS/LENGTH is needed", CommandOptions.Network));
        var gateway = CommandOptions.One<IPAddress>("--gateway", "ADDRESS", "Gateway of the subnet; without: no default route.", "an IP address is needed", CommandOptions.Address);
        var vrrpIp = CommandOptions.One<IPAddress>("--vrrp-ip", "ADDRESS", "The port's own address in the subnet.", "an IP address is needed", CommandOptions.Address);
        var more = CommandOptions.Many<PortVip>("--additional-vip", "ADDRESS,CIDR[,GATEWAY]", "A further VIP.", "ADDRESS,CIDR or ADDRESS,CIDR,GATEWAY is needed", ReadVip);
        var topology = CommandOptions.One<Topology?>("--topology", "SINGLE|ACTIVE_STANDBY", "Who sets the VIP; without: as the agent is configured.", "SINGLE or ACTIVE_STANDBY is needed", ReadTopology);
        var command = new Command("plug-vip", "Set up the VIP port.") { mac, vip, subnet, gateway, vrrpIp, more, routes, mtu, topology };
        command.SetAction((parsed, token) =>
        {
            PortVip[] vips =
            [
                new() { IpAddress = parsed.GetRequiredValue(vip), SubnetCidr = parsed.GetRequiredValue(subnet), GatewayIp = parsed.GetValue(gateway) },
                .. parsed.GetRequiredValue(more),
            ];
            var given = parsed.GetRequiredValue(routes);
            return FindLost(given, vips.Select(one => one.SubnetCidr)) is { } lost ? Task.FromResult(commands.Wrong(lost)) : PlugAsync(commands, parsed, parsed.GetRequiredValue(mac), new Port
            {
                Type = PortType.Vip,
                Mtu = parsed.GetValue(mtu),
                Topology = parsed.GetValue(topology),
                VrrpIp = parsed.GetValue(vrrpIp),
                Vips = vips.Select((one, i) => one with { HostRoutes = RoutesOf(given, i, [.. vips.Select(each => each.SubnetCidr)]) }).ToValueList(),
            }, token);
        });
        return command;
    }

    private static Command PlugMember(AgentCommands commands)
    {
        var (mac, mtu, routes) = (Mac(), Mtu(), HostRoutes());
        var fixedIps = CommandOptions.Many<PortFixedIp>("--fixed-ip", "ADDRESS,CIDR", "Address of the port and its subnet; without any: DHCP and router advertisements.", "ADDRESS,CIDR is needed", ReadFixedIp);
        var command = new Command("plug-member", "Set up a port to a member network.") { mac, fixedIps, routes, mtu };
        command.SetAction((parsed, token) =>
        {
            var (addresses, given) = (parsed.GetRequiredValue(fixedIps), parsed.GetRequiredValue(routes));
            return FindLost(given, addresses.Select(one => one.SubnetCidr)) is { } lost ? Task.FromResult(commands.Wrong(lost)) : PlugAsync(commands, parsed, parsed.GetRequiredValue(mac), new Port
            {
                Type = PortType.Member,
                Mtu = parsed.GetValue(mtu),
                FixedIps = addresses.Select((one, i) => one with { HostRoutes = RoutesOf(given, i, [.. addresses.Select(each => each.SubnetCidr)]) }).ToValueList(),
            }, token);
        });
        return command;
    }

    private static Command Unplug(AgentCommands commands)
    {
        var mac = Mac();
        var command = new Command("unplug", "Take a port's configuration away.") { mac };
        command.SetAction((parsed, token) => OneAgent(commands, parsed, group => commands.AskAsync(
            parsed, group, AgentViews.Unplugged, (agent, inner) => agent.UnplugAsync(parsed.GetRequiredValue(mac), inner), token)));
        return command;
    }

    private static Task<int> PlugAsync(AgentCommands commands, ParseResult parsed, string mac, Port port, CancellationToken cancellationToken) =>
        OneAgent(commands, parsed, group => commands.AskAsync(parsed, group, AgentViews.Plugged, (agent, inner) => agent.PlugAsync(mac, port, inner), cancellationToken));

    // A MAC address is on one machine only.
    private static Task<int> OneAgent(AgentCommands commands, ParseResult parsed, Func<Drivers.AgentGroup, Task<int>> run) =>
        commands.WithAgentsAsync(parsed, group => group.Endpoints.Count == 1
            ? run(group)
            : Task.FromResult(commands.Wrong($"--agent is given {group.Endpoints.Count} times: a port is plugged at one agent")));

    // A route belongs to the subnet its next hop is in, or to the first subnet of its family.
    private static int SubnetOf(HostRoute route, IReadOnlyList<Cidr> subnets)
    {
        var candidates = Enumerable.Range(0, subnets.Count).Where(i => subnets[i].Family == route.Nexthop.AddressFamily).ToList();
        var containing = candidates.FindIndex(i => !subnets[i].HasHostBits && new IPNetwork(subnets[i].Address, subnets[i].PrefixLength).Contains(route.Nexthop));
        return containing >= 0 ? candidates[containing] : candidates.Count > 0 ? candidates[0] : -1;
    }

    private static ValueList<HostRoute> RoutesOf(HostRoute[] routes, int index, IReadOnlyList<Cidr> subnets) =>
        routes.Where(route => SubnetOf(route, subnets) == index).ToValueList();

    private static string? FindLost(HostRoute[] routes, IEnumerable<Cidr> subnets) =>
        routes.FirstOrDefault(route => SubnetOf(route, [.. subnets]) < 0) is { } lost
            ? $"--host-route '{lost.Destination},{lost.Nexthop}': no subnet of its family is given"
            : null;

    private static Option<string> Mac() => CommandOptions.Required(CommandOptions.One<string>("--mac", "MAC", "The port.", "six pairs of hex digits are needed", CommandOptions.Mac));

    /// <summary><c>--mtu</c>.</summary>
    public static Option<int?> Mtu() => CommandOptions.One<int?>("--mtu", "BYTES", "MTU of the link.", $"a whole number from {LeastMtu} to {MostMtu} is needed", (string word, out int? mtu) =>
    {
        mtu = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes is >= LeastMtu and <= MostMtu ? bytes : null;
        return mtu is not null;
    });

    private static Option<HostRoute[]> HostRoutes() =>
        CommandOptions.Many<HostRoute>("--host-route", "DESTINATION,NEXTHOP", "A further route of the subnet.", "CIDR,ADDRESS of one family is needed", ReadRoute);

    private static bool ReadRoute(string word, out HostRoute route)
    {
        var parts = word.Split(',');
        route = null!;
        if (parts.Length != 2 || !Cidr.TryParse(parts[0], out var destination) || !StrictIPAddress.TryParse(parts[1], out var nexthop) || destination.Value.Family != nexthop.AddressFamily)
        {
            return false;
        }

        route = new HostRoute { Destination = destination.Value, Nexthop = nexthop };
        return true;
    }

    private static bool ReadVip(string word, out PortVip vip)
    {
        var parts = word.Split(',');
        IPAddress? gateway = null;
        vip = null!;
        if (parts.Length is < 2 or > 3 || !StrictIPAddress.TryParse(parts[0], out var address) || !Cidr.TryParse(parts[1], out var subnet)
            || (parts.Length == 3 && !StrictIPAddress.TryParse(parts[2], out gateway)))
        {
            return false;
        }

        vip = new PortVip { IpAddress = address, SubnetCidr = subnet.Value, GatewayIp = gateway };
        return true;
    }

    private static bool ReadFixedIp(string word, out PortFixedIp fixedIp)
    {
        var ok = ReadVip(word, out var vip) && vip.GatewayIp is null;
        fixedIp = ok ? new PortFixedIp { IpAddress = vip.IpAddress, SubnetCidr = vip.SubnetCidr } : null!;
        return ok;
    }

    /// <summary>Reads a topology.</summary>
    public static bool ReadTopology(string word, out Topology? topology)
    {
        topology = word switch { "SINGLE" => Topology.Single, "ACTIVE_STANDBY" => Topology.ActiveStandby, _ => null };
        return topology is not null;
    }
}
