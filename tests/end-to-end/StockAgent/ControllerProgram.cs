// amphora-controller agent …, run in the controller's namespace.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;

namespace Amphora.EndToEnd.Tests.StockAgent;

/// <summary>The published program with credentials for one amphora.</summary>
internal sealed class ControllerProgram : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SystemdAmphora _amphora;
    private readonly IReadOnlyList<string> _credentials;

    public ControllerProgram(SystemdAmphora amphora)
    {
        _amphora = amphora;
        _credentials =
        [
            "--agent", amphora.Address.OriginalString, "--amphora-id", amphora.AmphoraId,
            "--ca", _folder.Write("ca.pem", amphora.Certificates.AuthorityPem), "--cert", _folder.Write("client.pem", amphora.Certificates.ClientPem("controller")),
        ];
    }

    /// <summary>Directory for --certificates.</summary>
    public string Certificates => Directory.CreateDirectory(_folder["certificates"]).FullName;

    /// <summary>Pushes a document.</summary>
    public Task<JsonNode> PushAsync(TestDocument document, CancellationToken cancellationToken) =>
        RunAsync(cancellationToken, "push", "--file", _folder.Write($"{document.Id}.json", document.ToString()), "--certificates", Certificates);

    /// <summary>Plugs the VIP port.</summary>
    public Task<JsonNode> PlugVipAsync(CancellationToken cancellationToken) => RunAsync(
        cancellationToken,
        "plug-vip", "--mac", _amphora.Topology.VipPortMac, "--vip", $"{_amphora.Topology.Vip}", "--subnet", _amphora.Topology.VipSubnet,
        "--gateway", $"{_amphora.Topology.Gateway}", "--vrrp-ip", $"{_amphora.Topology.VrrpIp}");

    /// <summary>Any command of the noun <c>agent</c>.</summary>
    /// <returns><c>result</c> of what it prints.</returns>
    public async Task<JsonNode> RunAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        JsonNode.Parse(await Command.OutputAsync(Words([.. arguments, "--output", "json"]), cancellationToken))!["result"]!;

    /// <summary>A command whatever it exits with, as people see it.</summary>
    public Task<CommandResult> SeeAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        Command.RunAsync(Words(arguments), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<string> Words(IReadOnlyList<string> arguments) =>
        _amphora.Topology.Controller.Inside([.. Checkout.ControllerCommand, "agent", .. arguments, .. _credentials]);
}
