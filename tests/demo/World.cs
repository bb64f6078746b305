// Everything the demonstration stands on: namespaces, members, folders, certificates, the agent.
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;

namespace Amphora.Demo;

/// <summary>Made in the order a cloud makes it; removed in reverse, whatever happened.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string HostName = "www.example.com";
    private const int MemberCount = 3;

    private readonly Report _report;
    private readonly TestFolder _folder = new();
    private readonly List<HttpMember> _members = [];
    private RunningProgram? _agent;

    private World(Report report, Topology topology)
    {
        (_report, Topology) = (report, topology);
        AgentUrl = new Uri($"https://{topology.AgentAddress}:9443");
        Controller = new Controller(report, _folder, topology.Controller, AgentUrl);
    }

    public Topology Topology { get; }

    public Uri AgentUrl { get; }

    public Controller Controller { get; }

    public string AmphoraId { get; } = Guid.NewGuid().ToString();

    public IReadOnlyList<HttpMember> Members => _members;

    public string AgentLog => _agent?.Log ?? "";

    /// <summary>What a listener's certificate is called at the agent, and its digest.</summary>
    public (string File, string Sha256) ListenerCertificate { get; private set; }

    /// <summary>Files pushed with <c>--certificates</c>.</summary>
    public string CertificateFolder => _folder["listener"];

    public static async Task<World> CreateAsync(Report report, CancellationToken cancellationToken)
    {
        report.Section($"a client, {MemberCount} members, a controller and an amphora, each in a network namespace of its own");
        return new World(report, await report.TimedAsync(
            "make the namespaces", () => Topology.CreateAsync(MemberCount, withVipPort: true, cancellationToken)));
    }

    public void StartMembers()
    {
        for (int index = 0; index < MemberCount; index++)
        {
            _members.Add(HttpMember.Start($"member-{index + 1}", Topology.Members[index], new IPEndPoint(IPAddress.Any, 80)));
        }

        _report.Table(
            ["who", "where", "namespace"],
            [
                ["client", "10.77.0.20", Topology.Client.Name],
                .. Members.Select((member, index) => (string[])[member.Name, $"{Topology.MemberAddress(index)}:80", Topology.Members[index].Name]),
                ["VIP", $"{Topology.Vip}", $"port {Topology.VipPortMac}, not plugged yet"],
                ["agent", $"{Topology.AgentAddress}:9443", Topology.Amphora.Name],
                ["controller", "172.31.0.1", Topology.Controller.Name],
            ]);
    }

    /// <summary>Certificates, laid out as a config drive lays them out.</summary>
    public async Task IssueCertificatesAsync(CancellationToken cancellationToken)
    {
        _report.Section("certificates, laid out as on a config drive");
        Directory.CreateDirectory(_folder["etc/octavia/certs"]);
        Directory.CreateDirectory(CertificateFolder);
        JsonNode listener = await _report.TimedAsync("issue the certificates", async () =>
        {
            await Controller.CertsAsync(["init", "--dir", _folder["ca"]], cancellationToken);
            await Controller.CertsAsync(
                ["issue", "server", "--dir", _folder["ca"], "--amphora-id", AmphoraId, "--ip", $"{Topology.AgentAddress}", "--out", _folder["etc/octavia/certs/server.pem"]],
                cancellationToken);
            await Controller.CertsAsync(
                ["issue", "client", "--dir", _folder["ca"], "--name", "demo-controller", "--out", _folder["client.pem"]], cancellationToken);
            return await Controller.CertsAsync(
                ["issue", "listener", "--dir", _folder["ca"], "--name", HostName, "--out", CertificateFolder], cancellationToken);
        });
        File.Copy(_folder["ca/ca.pem"], _folder["etc/octavia/certs/client_ca.pem"]);
        ListenerCertificate = ((string)listener["tls_file"]!, (string)listener["sha256"]!);
    }

    /// <summary>Without the temporary folder that stands for the amphora's root.</summary>
    public string Shorten(string text) => text.Replace(_folder.Path, "", StringComparison.Ordinal);

    /// <summary>The authority that signed everything.</summary>
    public X509Certificate2 LoadAuthority() => X509CertificateLoader.LoadCertificateFromFile(_folder["ca/ca.pem"]);

    /// <summary>Starts the agent and waits until it answers.</summary>
    public async Task StartAgentAsync(CancellationToken cancellationToken)
    {
        _report.Section("the native agent");
        AgentConfiguration configuration = new()
        {
            AmphoraId = AmphoraId,
            Address = Topology.AgentAddress,
            Port = 9443,
            NetworkNamespace = Topology.AmphoraNetworkNamespace,
        };
        string file = _folder.Write("etc/octavia/amphora-agent.conf", configuration.ToIni(_folder.Path));
        Directory.CreateDirectory(_folder["var/lib/octavia"]);
        Directory.CreateDirectory(_folder["units"]);
        _report.Command(["amphora-agent", "--config-file", "etc/octavia/amphora-agent.conf"]);
        JsonNode capabilities = await _report.TimedAsync("start the agent, until the controller has its answer", async () =>
        {
            _agent = RunningProgram.Start([.. Checkout.AgentCommand, "--config-file", file], _folder["agent.log"], Topology.Amphora.Name, null);
            return await Controller.AgentAsync(["capabilities", "--timeout", "20"], cancellationToken);
        });
        string size = (new FileInfo(Checkout.AgentCommand[^1]).Length / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
        _report.Line($"amphora-agent {capabilities["agent_version"]}, {size} MiB, HAProxy {capabilities["haproxy_version"]}, services by {capabilities["service_manager"]}");
    }

    /// <summary>Writes a document where the controller can push it from, and answers the path.</summary>
    public string WriteDocument(TestDocument document) => _folder.Write("lb.json", document.ToString());

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        await Topology.DisposeAsync();
        foreach (HttpMember member in _members)
        {
            await member.DisposeAsync();
        }

        _folder.Dispose();
    }
}
