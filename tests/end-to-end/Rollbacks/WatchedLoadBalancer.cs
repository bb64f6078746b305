// A plugged amphora with a monitored pool behind port 80, and its history.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;

namespace Amphora.EndToEnd.Tests.Rollbacks;

/// <summary>Its first generation is in force and serves.</summary>
internal sealed class WatchedLoadBalancer : IAsyncDisposable
{
    /// <summary>How long a generation is watched, in seconds.</summary>
    public const int Window = 5;

    private readonly PluggedAmphora _amphora;
    private readonly JsonObject _pool;
    private AgentApi _api;

    private WatchedLoadBalancer(PluggedAmphora amphora)
    {
        _amphora = amphora;
        _api = new AgentApi(amphora.Agent.CreateClient());
        Traffic = new Traffic(amphora.Topology.Client, amphora.Topology.Vip, null);
        Document = amphora.NewDocument();
        _pool = amphora.AddPool(Document, "HTTP");
        TestDocument.AddHttpMonitor(_pool, "/health");
        Document.AddListener("HTTP", 80, _pool);
    }

    public TestDocument Document { get; }

    /// <summary>Requests to the VIP.</summary>
    public Traffic Traffic { get; }

    public Uri Url { get; } = new("http://www.example.com/");

    public AgentProcess Agent => _amphora.Agent;

    private JsonArray Members => _pool["members"]!.AsArray();

    private string Path => $"/2.0/load-balancers/{Document.Id}";

    /// <summary>Starts it with two members.</summary>
    public static async Task<WatchedLoadBalancer> StartAsync(CancellationToken cancellationToken)
    {
        AgentConfiguration configuration = new() { More = $"[amphora_agent]\nconfirm_window = {Window}\n" };
        WatchedLoadBalancer balancer = new(await PluggedAmphora.CreateAsync(members: 2, configuration, cancellationToken));
        await balancer.PushAsync("", cancellationToken);
        return balancer;
    }

    /// <summary>Puts other members, where nobody listens, in the place of all there are.</summary>
    public void ReplaceMembers()
    {
        Members.Clear();
        TestDocument.AddMember(_pool, new IPEndPoint(_amphora.Topology.MemberAddress(0), 81));
        TestDocument.AddMember(_pool, new IPEndPoint(_amphora.Topology.MemberAddress(1), 81));
    }

    /// <summary>Takes the first member out.</summary>
    public void RemoveMember() => Members.RemoveAt(0);

    /// <summary>Pushes the document as the next generation, or as it is the first time.</summary>
    /// <param name="query">As <c>?confirm_within=3</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonNode> PushAsync(string query, CancellationToken cancellationToken)
    {
        JsonNode applied = await _api.SendAsync(HttpMethod.Put, Path + query, MtlsClient.Json(Document.ToString()), cancellationToken);
        Document.Generation++;
        return applied;
    }

    /// <summary>The generation in force.</summary>
    public async Task<long> GenerationAsync(CancellationToken cancellationToken) => (long)(await _api.ReadAsync(Document.Id, cancellationToken))["generation"]!;

    public Task<JsonNode> StatusAsync(CancellationToken cancellationToken) => _api.StatusAsync(Document.Id, cancellationToken);

    /// <summary>Entries of the history, newest first.</summary>
    public async Task<JsonArray> HistoryAsync(CancellationToken cancellationToken) =>
        (await _api.SendAsync(HttpMethod.Get, Path + "/history", null, cancellationToken))["generations"]!.AsArray();

    /// <summary>POST of confirm or rollback.</summary>
    public Task<JsonNode> PostAsync(string action, CancellationToken cancellationToken) =>
        _api.SendAsync(HttpMethod.Post, $"{Path}/{action}", null, cancellationToken);

    /// <summary>Plugs the VIP port once more, with another MTU.</summary>
    public async Task ChangePortAsync(int mtu, CancellationToken cancellationToken)
    {
        string path = $"/2.0/ports/{_amphora.Topology.Places[0].VipPortMac}";
        JsonObject port = (await _api.SendAsync(HttpMethod.Get, path, null, cancellationToken))["port"]!.DeepClone().AsObject();
        port["mtu"] = mtu;
        await _api.SendAsync(HttpMethod.Put, path, MtlsClient.Json(port.ToJsonString()), cancellationToken);
    }

    /// <summary>The VIP port's.</summary>
    public async Task<long> MtuAsync(CancellationToken cancellationToken) =>
        (long)(await _api.SendAsync(HttpMethod.Get, $"/2.0/ports/{_amphora.Topology.Places[0].VipPortMac}", null, cancellationToken))["mtu"]!;

    /// <summary>Waits until a generation is in force.</summary>
    public Task<TimeSpan> UntilAsync(long generation, int seconds, CancellationToken cancellationToken) => Until.TrueAsync(
        $"generation {generation} is in force", TimeSpan.FromSeconds(seconds), async () => await GenerationAsync(cancellationToken) == generation, cancellationToken);

    /// <summary>Waits until the generation in force is neither watched nor waited for.</summary>
    public Task<TimeSpan> UntilConfirmedAsync(CancellationToken cancellationToken) => Until.TrueAsync(
        "the generation is confirmed",
        TimeSpan.FromSeconds(Window + 5),
        async () => (await HistoryAsync(cancellationToken))[0]! is var inForce && inForce["watched"] is null && inForce["confirm_by"] is null,
        cancellationToken);

    /// <summary>kill -9 of the agent, a while of nothing, and a new start with the same files.</summary>
    public async Task KillAndRestartAsync(TimeSpan after, CancellationToken cancellationToken)
    {
        await Agent.KillAsync(cancellationToken);
        await Task.Delay(after, cancellationToken);
        await Agent.StartAgainAsync(cancellationToken);
        _api.Dispose();
        _api = new AgentApi(Agent.CreateClient());
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        Traffic.Dispose();
        await _amphora.DisposeAsync();
    }
}
