// amphora-controller, run where a controller would be: in a namespace that reaches the agent and nothing else.
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;

namespace Amphora.Demo;

/// <summary>The controller's command line with the credentials of this demonstration.</summary>
internal sealed class Controller(Report report, TestFolder folder, TestNamespace space, Uri agent)
{
    private IReadOnlyList<string> Credentials => ["--agent", agent.OriginalString, "--ca", folder["ca/ca.pem"], "--cert", folder["client.pem"]];

    /// <summary>Runs a <c>certs</c> command and answers what it wrote.</summary>
    public Task<JsonNode> CertsAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(["certs", .. arguments], [], isShown: true, cancellationToken);

    /// <summary>Runs an <c>agent</c> command and answers the agent's answer.</summary>
    public async Task<JsonNode> AgentAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken, bool isShown = true) =>
        (await RunAsync(["agent", .. arguments], Credentials, isShown, cancellationToken))["result"]!;

    private async Task<JsonNode> RunAsync(IReadOnlyList<string> arguments, IReadOnlyList<string> credentials, bool isShown, CancellationToken cancellationToken)
    {
        if (isShown)
        {
            // Paths and credentials are long and always the same; the folder is a temporary one.
            report.Command(["amphora-controller", .. arguments.Select(word => word.Replace(folder.Path + "/", "", StringComparison.Ordinal))]);
        }

        string output = await Command.OutputAsync(
            space.Inside([.. Checkout.ControllerCommand, .. arguments, .. credentials, "--output", "json"]), cancellationToken);
        return JsonNode.Parse(output) ?? throw new JsonException($"amphora-controller {arguments[0]} answered null");
    }
}
