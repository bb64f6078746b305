// A plugged amphora whose heartbeats are received.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;

namespace Amphora.EndToEnd.Tests.Heartbeats;

/// <summary>One listener on port 80; the health manager listens in the controller's namespace.</summary>
internal sealed class BeatingAmphora : IAsyncDisposable
{
    public const string Key = "a.test.key";
    public const int Port = 5555;

    private static readonly IPAddress s_controller = IPAddress.Parse("172.31.0.1");

    private BeatingAmphora(PluggedAmphora amphora, string protocol)
    {
        Amphora = amphora;
        Manager = HeartbeatCollector.Listen(amphora.Topology.Controller, new IPEndPoint(s_controller, Port), Key);
        Document = amphora.NewDocument();
        Pool = amphora.AddPool(Document, protocol);
        Listener = (string)Document.AddListener(protocol, 80, Pool)["id"]!;
        Traffic = new Traffic(amphora.Topology.Client, amphora.Topology.Vip, null);
    }

    public PluggedAmphora Amphora { get; }

    public HeartbeatCollector Manager { get; }

    public TestDocument Document { get; }

    public JsonObject Pool { get; }

    /// <summary>Id of the listener.</summary>
    public string Listener { get; }

    public Traffic Traffic { get; }

    /// <summary>Makes one; nothing is pushed yet.</summary>
    public static async Task<BeatingAmphora> CreateAsync(
        int members, int interval, CancellationToken cancellationToken, string protocol = "HTTP", AgentConfiguration? configuration = null) => new(
            await PluggedAmphora.CreateAsync(
                members,
                (configuration ?? new AgentConfiguration()) with
                {
                    More = $"[health_manager]\ncontroller_ip_port_list = {s_controller}:{Port}\nheartbeat_interval = {interval}\nheartbeat_key = {Key}\n",
                },
                cancellationToken),
            protocol);

    public Task<JsonNode> PushAsync(CancellationToken cancellationToken) => Amphora.Api.PushAsync(Document, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Traffic.Dispose();
        await Amphora.DisposeAsync();
        Manager.Dispose();
    }
}
