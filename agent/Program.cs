// amphora-agent: subcommands; each is one call into a front door.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Amphora.Agent.Hosting;
using Amphora.Agent.Keepalived;
using Amphora.Agent.LoadBalancers;

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
vrrpCheck.SetAction((result, cancellationToken) => KeepalivedSlice.CheckVrrpAsync(result.GetValue(basePath), result.GetRequiredValue(sockets), cancellationToken));

var member = new Argument<IPAddress>("ip") { Description = "Address of the member.", CustomParser = ParseAddress };
var port = new Argument<ushort>("port") { Description = "Its port." };
var udpCheck = new Command("udp-check", "Exits with 1 when nobody listens on the UDP port, 0 otherwise.") { member, port };
udpCheck.SetAction((result, cancellationToken) => KeepalivedSlice.CheckUdpAsync(new IPEndPoint(result.GetRequiredValue(member), result.GetRequiredValue(port)), cancellationToken));

var timeout = new Option<double>("-t") { Description = "Seconds to wait for an answer.", DefaultValueFactory = static _ => 3 };
var sctp = new Command("sctp", "Exits with 0 after INIT-ACK, 1 after ABORT, 2 without an answer, 3 after anything else.") { timeout, member, port };
sctp.SetAction(result => KeepalivedSlice.CheckSctp(new IPEndPoint(result.GetRequiredValue(member), result.GetRequiredValue(port)), TimeSpan.FromSeconds(result.GetRequiredValue(timeout))));
var healthCheck = new Command("health-check", "Checks a member (upstream's amphora-health-checker).") { sctp };

var root = new RootCommand("The agent inside an Octavia amphora: mutual-TLS API, HAProxy, keepalived, VIP.") { configFile, configDirectory, templates, render, vrrpCheck, udpCheck, healthCheck };
root.SetAction((result, cancellationToken) => HostingSlice.RunAsync(
    result.GetRequiredValue(configFile), result.GetRequiredValue(configDirectory), result.GetValue(templates), cancellationToken));

var parsed = root.Parse(HostArguments.WithoutTestHost(args));
return parsed.Errors.Count > 0 ? Usage(parsed) : await parsed.InvokeAsync();

static IPAddress? ParseAddress(ArgumentResult result)
{
    if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
    {
        return address;
    }

    result.AddError($"\"{result.Tokens[0].Value}\" is not an IP address");
    return null;
}

static int Usage(ParseResult parsed)
{
    parsed.Invoke();
    return 2;
}

/// <summary>Public for WebApplicationFactory, which starts the program inside the tests.</summary>
public partial class Program;
