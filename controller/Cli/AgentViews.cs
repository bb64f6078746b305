// What people see of each kind of answer.
using System.Globalization;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Cli;

/// <summary>The views.</summary>
internal static class AgentViews
{
    /// <summary>agent info.</summary>
    public static AgentView<ApiVersions> Versions { get; } = new()
    {
        Type = ContractJson.Default.ApiVersions,
        Header = ["API", "VERSIONS"],
        Rows = answer => [[answer.ApiVersion, Table.List(answer.Versions.Select(version => $"{version.Id} {version.Status}"))]],
    };

    /// <summary>agent capabilities.</summary>
    public static AgentView<Capabilities> Capabilities { get; } = new()
    {
        Type = ContractJson.Default.Capabilities,
        Header = ["VERSION", "AMPHORA", "HOST", "HAPROXY", "KEEPALIVED", "SERVICES", "TOPOLOGY", "SCHEMAS", "PROTOCOLS"],
        Rows = answer =>
        [
            [
                Table.OrDash(answer.AgentVersion), Table.OrDash(answer.AmphoraId), answer.Hostname, Table.OrDash(answer.HaproxyVersion), Table.OrDash(answer.KeepalivedVersion),
                Table.OrDash(answer.ServiceManager), Table.OrDash(answer.Topology), Table.List(answer.SchemaVersions.Select(version => Number(version))), string.Join(',', answer.ListenerProtocols),
            ],
        ],
    };

    /// <summary>agent status without an id.</summary>
    public static AgentView<LoadBalancerList> LoadBalancers { get; } = new()
    {
        Type = ContractJson.Default.LoadBalancerList,
        Header = ["LOAD BALANCER", "NAME", "GENERATION", "API"],
        Rows = answer => answer.LoadBalancers.Select(one => new[] { one.Id, Table.OrDash(one.Name), Table.OrDash(one.Generation), one.ManagedBy }),
    };

    /// <summary>agent status.</summary>
    public static AgentView<LoadBalancerStatus> Status { get; } = new()
    {
        Type = ContractJson.Default.LoadBalancerStatus,
        Header = ["OBJECT", "ID", "STATUS", "WEIGHT", "ACTIVE", "TOTAL", "IN", "OUT", "ERRORS", "LAST CHECK"],
        Rows = StatusRows,
    };

    /// <summary>agent push, confirm, rollback and delete.</summary>
    public static AgentView<LoadBalancerApplied> Applied { get; } = new()
    {
        Type = ContractJson.Default.LoadBalancerApplied,
        Header = ["RESULT", "GENERATION", "CHANGES", "ACTIONS", "TIME"],
        Rows = answer => [[answer.Result, Table.OrDash(answer.Generation), Number(answer.Changes.Count), Number(answer.Actions.Count), Table.Milliseconds(answer.DurationMs)]],
        Details = answer => [.. ToConfirm(answer), .. Lines("CHANGE", answer.Changes), .. Actions(answer.Actions)],
    };

    /// <summary>agent push --plan.</summary>
    public static AgentView<LoadBalancerPlan> Plan { get; } = new()
    {
        Type = ContractJson.Default.LoadBalancerPlan,
        Header = ["HAPROXY", "GENERATION", "CHANGES", "COMMANDS", "COST"],
        Rows = answer => [[answer.Verdict, Number(answer.Generation), Number(answer.Changes.Count), Number(answer.Commands.Count), answer.Cost]],
        Details = answer =>
        [
            .. Lines("CHANGE", answer.Changes),
            .. Lines("WHY ANOTHER PROCESS", answer.Reasons),
            .. Lines("COMMAND", answer.Commands),
            .. Lines("SERVICE", answer.Services),
            .. answer.Files.SelectMany(static file => Lines(file.File, file.Difference.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))),
        ],
    };

    /// <summary>agent ports.</summary>
    public static AgentView<PortList> Ports { get; } = new()
    {
        Type = ContractJson.Default.PortList,
        Header = PortHeader,
        Rows = answer => answer.Ports.Select(PortRow),
    };

    /// <summary>agent plug-vip and plug-member.</summary>
    public static AgentView<PortState> Plugged { get; } = new()
    {
        Type = ContractJson.Default.PortState,
        Header = PortHeader,
        Rows = answer => [PortRow(answer)],
        Details = answer => Actions(answer.Actions),
    };

    /// <summary>agent unplug.</summary>
    public static AgentView<PortUnplugged> Unplugged { get; } = new()
    {
        Type = CliJson.Default.PortUnplugged,
        Header = ["RESULT", "MAC"],
        Rows = answer => [["unplugged", answer.MacAddress]],
    };

    /// <summary>agent upgrade.</summary>
    public static AgentView<AgentProgram> Program { get; } = new()
    {
        Type = ContractJson.Default.AgentProgram,
        Header = ["RESULT", "VERSION", "SHA256"],
        Rows = answer => [[answer.Upgrade is { State: UpgradeState.Confirmed } upgrade && upgrade.Sha256 == answer.Sha256 ? "confirmed" : "unchanged", answer.Version, answer.Sha256]],
    };

    private static string[] PortHeader => ["INTERFACE", "MAC", "TYPE", "UP", "MTU", "ADDRESSES"];

    private static string[] PortRow(PortState port) =>
    [
        port.Interface, port.MacAddress, Table.OrDash(port.Port?.Type.ToString().ToLowerInvariant()), port.Up ? "yes" : "no", Table.OrDash(port.Mtu), Table.List(port.Addresses),
    ];

    private static IEnumerable<string[]> StatusRows(LoadBalancerStatus answer)
    {
        yield return ["load balancer", answer.Id, answer.OperatingStatus, "", "", "", "", "", "", Trouble(answer)];
        foreach (var listener in answer.Listeners)
        {
            yield return ["  listener", listener.Id, listener.OperatingStatus, "", .. Counters(listener.Statistics)];
            foreach (var pool in listener.Pools)
            {
                yield return ["    pool", pool.Id, pool.OperatingStatus, "", .. Counters(pool.Statistics)];
                foreach (var member in pool.Members)
                {
                    yield return ["      member", member.Id, member.OperatingStatus, Number(member.Weight), .. Counters(member.Statistics), Table.OrDash(member.LastCheck)];
                }
            }
        }
    }

    private static string[] Counters(TrafficStatistics statistics) =>
    [
        Number(statistics.ActiveConnections), Number(statistics.TotalConnections), Number(statistics.BytesIn), Number(statistics.BytesOut), Number(statistics.RequestErrors),
    ];

    private static string Trouble(LoadBalancerStatus answer) =>
        answer.HaproxyRunning == false ? "haproxy does not run"
        : answer.RolledBack is { } gone ? $"generation {Table.OrDash(gone.Generation)} was rolled back: {gone.Reason}"
        : "";

    private static IEnumerable<Table> ToConfirm(LoadBalancerApplied answer)
    {
        if (answer.ConfirmBy is { } time)
        {
            var table = new Table("SEQUENCE", "CONFIRM BY");
            table.Add(Table.OrDash(answer.Sequence), time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            yield return table;
        }
    }

    private static IEnumerable<Table> Lines(string header, IReadOnlyCollection<string> lines)
    {
        if (lines.Count > 0)
        {
            var table = new Table(header);
            foreach (var line in lines)
            {
                table.Add(line);
            }

            yield return table;
        }
    }

    private static IEnumerable<Table> Actions(ValueList<ActionTaken> actions)
    {
        if (actions.Count > 0)
        {
            var table = new Table("ACTION", "TARGET", "TIME");
            foreach (var action in actions)
            {
                table.Add(action.Action, action.Target, Table.Milliseconds(action.DurationMs));
            }

            yield return table;
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
