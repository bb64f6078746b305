// amphora-agent: subcommands; each is one call into a front door.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Amphora.Agent.ConfigDrive;
using Amphora.Agent.Hosting;
using Amphora.Agent.Hosting.Boot;
using Amphora.Agent.Keepalived;
using Amphora.Agent.LoadBalancers;
using Amphora.Agent.Network;
using Amphora.Agent.Prometheus;
using Amphora.Agent.Replay;
using Amphora.Agent.Upgrade;

if (VrrpCheckRequest.Read(args) is { } check)
{
    return KeepalivedSlice.CheckVrrp(check);
}

var configFile = new Option<string[]>("--config-file") { Description = "INI file; may be repeated, later ones override.", DefaultValueFactory = static _ => [] };
var configDirectory = new Option<string[]>("--config-dir") { Description = "Directory whose *.conf are read after the files.", DefaultValueFactory = static _ => [] };
var templates = new Option<string?>("--templates") { Description = "Directory with templates (*.sbn) that override the built-in ones.", Recursive = true };

var file = new Option<string>("--file") { Description = "Desired state document; - reads standard input.", Required = true };
var output = new Option<string>("--out") { Description = "Directory for the files.", Required = true };
var amphoraId = new Option<Guid?>("--amphora-id") { Description = "Render for this amphora instead of the document's amphora_id." };
var haproxyVersion = new Option<string?>("--haproxy-version") { Description = "Render for this HAProxy, as 2.6." };
haproxyVersion.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<string?>() is { } text && !Version.TryParse(text, out _))
    {
        result.AddError($"--haproxy-version is \"{text}\", has to be numbers with a point, as 2.6");
    }
});

var render = new Command("render", "Renders a document's files offline. Exit: 0 done, 2 usage, 3 document refused.") { file, output, amphoraId, haproxyVersion };
render.SetAction(result =>
{
    using var input = Console.OpenStandardInput();
    return RenderCommand.Run(
        new RenderRequest
        {
            File = result.GetRequiredValue(file),
            Out = result.GetRequiredValue(output),
            AmphoraId = result.GetValue(amphoraId),
            HaproxyVersion = result.GetValue(haproxyVersion),
            Templates = result.GetValue(templates),
        },
        input,
        Console.Error);
});

var basePath = new Option<string?>("--base-path") { Description = "Check everything that is served under this directory." };
var sockets = new Argument<string[]>("socket") { Description = "Stats sockets that have to answer.", Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = static _ => [] };
var vrrpCheck = new Command("vrrp-check", "keepalived's check script: exits with the number of services that do not answer.") { basePath, sockets };
vrrpCheck.SetAction(result => KeepalivedSlice.CheckVrrp(new VrrpCheckRequest(result.GetValue(basePath), result.GetRequiredValue(sockets))));

var dhclientScript = new Command("dhclient-script", "What dhclient calls when a lease comes or goes (dhclient-script(8)).") { Hidden = true };
dhclientScript.SetAction(static _ => NetworkSlice.RunDhclientScript(Console.Error));

var member = new Argument<IPAddress>("ip") { Description = "Address of the member.", CustomParser = ParseAddress };
var port = new Argument<ushort>("port") { Description = "Its port." };
var udpCheck = new Command("udp-check", "Exits with 1 when nobody listens on the UDP port, 0 otherwise.") { member, port };
udpCheck.SetAction((result, cancellationToken) => KeepalivedSlice.CheckUdpAsync(new IPEndPoint(result.GetRequiredValue(member), result.GetRequiredValue(port)), cancellationToken));

var timeout = new Option<double>("-t") { Description = "Seconds to wait for an answer.", DefaultValueFactory = static _ => 3 };
var sctp = new Command("sctp", "Exits with 0 after INIT-ACK, 1 after ABORT, 2 without an answer, 3 after anything else.") { timeout, member, port };
sctp.SetAction(result => KeepalivedSlice.CheckSctp(new IPEndPoint(result.GetRequiredValue(member), result.GetRequiredValue(port)), TimeSpan.FromSeconds(result.GetRequiredValue(timeout))));
var healthCheck = new Command("health-check", "Checks a member (upstream's amphora-health-checker).") { sctp };

var root = new RootCommand("The agent inside an Octavia amphora: mutual-TLS API, HAProxy, keepalived, VIP.")
{
    configFile, configDirectory, templates,
    render, vrrpCheck, udpCheck, healthCheck, dhclientScript, InterfaceCommands(), PrometheusCommand(), ConfigDriveCommand(), ConsoleCommand(),
    SelfTestCommandOf(configFile, configDirectory, templates), GuardCommand(), ReplayCommand(),
};
root.SetAction((result, cancellationToken) => HostingSlice.RunAsync(
    result.GetRequiredValue(configFile), result.GetRequiredValue(configDirectory), result.GetValue(templates), cancellationToken));

var parsed = root.Parse(HostArguments.WithoutTestHost(args));
return parsed.Errors.Count > 0 ? Usage(parsed) : await parsed.InvokeAsync();

static Option<string[]> ConfigFileOption() => new("--config-file")
{
    Description = "INI file of the agent; may be repeated.",
    DefaultValueFactory = static _ => ["/etc/octavia/amphora-agent.conf"],
};

static Command ConsoleCommand()
{
    var files = ConfigFileOption();
    var command = new Command("console", "Prints who this amphora is and whether its agent listens. Exit: 0, or 1 when it does not.") { files };
    command.SetAction((result, cancellationToken) =>
        ConsoleReport.RunAsync(new ConfigurationFiles(result.GetRequiredValue(files), []), Console.Out, cancellationToken));
    return command;
}

static Command SelfTestCommandOf(Option<string[]> files, Option<string[]> directories, Option<string?> templates)
{
    var command = new Command("self-test", "Reads everything a start would read, changes nothing, and prints the version. Exit: 0, or 1 with Error: lines.") { files, directories };
    command.SetAction((result, _) => SelfTestCommand.RunAsync(
        new ConfigurationFiles(result.GetRequiredValue(files), result.GetRequiredValue(directories)), result.GetValue(templates), Console.Out));
    return command;
}

static Command GuardCommand()
{
    var command = new Command("upgrade-guard", "Brings an upgrade of the agent to its end: amphora-agent-upgrade.service.") { Hidden = true };
    command.SetAction(static (_, cancellationToken) => UpgradeSlice.GuardAsync(Console.Out, cancellationToken));
    return command;
}

static Command ReplayCommand()
{
    var file = new Argument<string>("file") { Description = "A journal, as GET /2.0/journal answers it, or one of its files; - reads standard input." };
    var output = new Option<string>("--output") { Description = "text or json.", DefaultValueFactory = static _ => "text" };
    output.AcceptOnlyFromAmong("text", "json");
    var command = new Command("replay", "Says where today's decisions would differ from those of a journal. Exit: 0 nowhere, 1 somewhere, 2 not readable or its chain is broken.") { file, output };
    command.SetAction(async (result, cancellationToken) =>
    {
        await using var input = Console.OpenStandardInput();
        return await ReplaySlice.RunAsync(new ReplayRequest(result.GetRequiredValue(file), result.GetValue(output) == "json"), input, Console.Out, Console.Error, cancellationToken);
    });
    return command;
}

static Command InterfaceCommands()
{
    var files = ConfigFileOption();
    var restore = new Command("restore", "Makes the network namespace and brings every plugged port up in it, at boot.") { files };
    restore.SetAction((result, cancellationToken) =>
        RestoreCommand.RunAsync(new ConfigurationFiles(result.GetRequiredValue(files), []), Console.Error, cancellationToken));
    var name = new Argument<string>("name") { Description = "An interface that has a file, or all." };
    var directory = new Option<string>("--interfaces") { Description = "Directory with the interface files.", DefaultValueFactory = static _ => "/etc/octavia/interfaces" };
    var basePath = new Option<string>("--base-path") { Description = "Directory with nftables-vip.rules.", DefaultValueFactory = static _ => "/var/lib/octavia" };
    Command Make(string verb, string description, bool up)
    {
        var command = new Command(verb, description) { name, directory, basePath };
        command.SetAction((result, cancellationToken) => InterfaceCommand.RunAsync(
            new InterfaceRequest(up, result.GetRequiredValue(name), result.GetRequiredValue(directory), result.GetRequiredValue(basePath)),
            Console.Error,
            cancellationToken));
        return command;
    }

    return new Command("interface", "Brings interfaces to what their files say, in the network namespace it is run in. Exit: 0, or 2 with Error: lines.")
    {
        Make("up", "Sets the interface up, with addresses, routes, rules, packet filter and NAT.", up: true),
        Make("down", "Takes all of that away and sets the interface down.", up: false),
        restore,
    };
}

static Command PrometheusCommand()
{
    var space = new Option<string>("--network-namespace") { Description = "Where HAProxy runs; empty: here.", DefaultValueFactory = static _ => "amphora-haproxy" };
    var listen = EndPointOption("--listen", "Where to answer.", new PrometheusOptions().Listen);
    var source = EndPointOption("--source", "HAProxy's exporter.", new PrometheusOptions().Source);
    var basePath = new Option<string>("--base-path") { Description = "The agent's base_path.", DefaultValueFactory = static _ => new PrometheusOptions().BasePath };
    var command = new Command("prometheus", "Serves HAProxy's metrics under Octavia's names, for the PROMETHEUS listener.") { space, listen, source, basePath };
    command.SetAction((result, cancellationToken) => PrometheusSlice.RunAsync(
        new PrometheusOptions
        {
            NetworkNamespace = result.GetRequiredValue(space) is { Length: > 0 } name ? name : null,
            Listen = IPEndPoint.Parse(result.GetRequiredValue(listen)),
            Source = IPEndPoint.Parse(result.GetRequiredValue(source)),
            BasePath = result.GetRequiredValue(basePath),
        },
        cancellationToken));
    return command;
}

static Option<string> EndPointOption(string name, string description, IPEndPoint standard)
{
    var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard.ToString() };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is var text && !(IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0))
        {
            result.AddError($"{name} is \"{text}\", has to be an address and a port, as {standard}");
        }
    });
    return option;
}

static Command ConfigDriveCommand()
{
    var standard = new ConfigDriveOptions();
    var device = new Option<string?>("--device") { Description = "The drive; otherwise the block device with the label config-2." };
    var directory = new Option<string?>("--directory") { Description = "A tree that is mounted already, instead of a drive." };
    var target = new Option<string>("--root") { Description = "Where the files' paths begin.", DefaultValueFactory = _ => standard.Root };
    var allow = new Option<string[]>("--allow") { Description = "A further directory files may be installed below; may be repeated.", DefaultValueFactory = static _ => [] };
    var networkd = new Option<string?>("--networkd") { Description = "Directory for systemd-networkd's files made of network_data.json, as /run/systemd/network." };
    var hostName = new Option<bool>("--set-hostname") { Description = "Give the machine the name that the drive has for it." };
    var wait = new Option<TimeSpan>("--wait") { Description = "Seconds to wait for the drive, or infinity.", DefaultValueFactory = _ => standard.Wait, CustomParser = ParseSeconds };
    var command = new Command("config-drive", "Installs the files of the config drive, at boot. Exit: 0 done, 1 no drive or not usable.")
    {
        device, directory, target, allow, networkd, hostName, wait,
    };
    command.SetAction((result, cancellationToken) => ConfigDriveSlice.RunAsync(
        standard with
        {
            Device = result.GetValue(device),
            Directory = result.GetValue(directory),
            Root = result.GetRequiredValue(target),
            Allowed = [.. standard.Allowed, .. result.GetRequiredValue(allow)],
            NetworkdDirectory = result.GetValue(networkd),
            SetsHostName = result.GetValue(hostName),
            Wait = result.GetValue(wait),
        },
        Console.Out,
        Console.Error,
        cancellationToken));
    return command;
}

static IPAddress? ParseAddress(ArgumentResult result)
{
    if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
    {
        return address;
    }

    result.AddError($"\"{result.Tokens[0].Value}\" is not an IP address");
    return null;
}

static TimeSpan ParseSeconds(ArgumentResult result)
{
    var text = result.Tokens[0].Value;
    if (text == "infinity")
    {
        return Timeout.InfiniteTimeSpan;
    }

    if (!uint.TryParse(text, out var seconds))
    {
        result.AddError($"\"{text}\" is not a number of seconds, nor infinity");
    }

    return TimeSpan.FromSeconds(seconds);
}

static int Usage(ParseResult parsed)
{
    parsed.Invoke();
    return 2;
}

/// <summary>Public for WebApplicationFactory, which starts the program inside the tests.</summary>
public partial class Program;
