// amphora-agent: subcommands; each is one call into a front door.
using System.CommandLine;
using Amphora.Agent.Hosting;
using Amphora.Agent.Keepalived;
using Amphora.Agent.LoadBalancers;
using Amphora.Agent.Network;

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

var dhclientScript = new Command("dhclient-script", "What dhclient calls when a lease comes or goes (dhclient-script(8)).") { Hidden = true };
dhclientScript.SetAction(static _ => NetworkSlice.RunDhclientScript(Console.Error));

var root = new RootCommand("The agent inside an Octavia amphora: mutual-TLS API, HAProxy, keepalived, VIP.") { configFile, configDirectory, templates, render, vrrpCheck, dhclientScript };
root.SetAction((result, cancellationToken) => HostingSlice.RunAsync(
    result.GetRequiredValue(configFile), result.GetRequiredValue(configDirectory), result.GetValue(templates), cancellationToken));

var parsed = root.Parse(HostArguments.WithoutTestHost(args));
return parsed.Errors.Count > 0 ? Usage(parsed) : await parsed.InvokeAsync();

static int Usage(ParseResult parsed)
{
    parsed.Invoke();
    return 2;
}

/// <summary>Public for WebApplicationFactory, which starts the program inside the tests.</summary>
public partial class Program;
