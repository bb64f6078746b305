// A plugged amphora with one HTTP listener on port 80 and the document it was pushed with.
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;

namespace Amphora.EndToEnd.Tests.Applying;

/// <summary>Change the document, raise its generation, push it again.</summary>
internal sealed class PushedLoadBalancer : IAsyncDisposable
{
    private readonly PluggedAmphora _amphora;

    private PushedLoadBalancer(PluggedAmphora amphora)
    {
        _amphora = amphora;
        Document = amphora.NewDocument();
        Pool = amphora.AddPool(Document, "HTTP");
        Listener = Document.AddListener("HTTP", 80, Pool);
        Api = amphora.Agent.CreateClient();
        Client = TrafficClient.Create(amphora.Topology.Client);
    }

    public TestDocument Document { get; }

    public JsonObject Pool { get; }

    public JsonObject Listener { get; }

    public AgentProcess Agent => _amphora.Agent;

    public IReadOnlyList<HttpMember> Members => _amphora.Members;

    /// <summary>Speaks to the agent.</summary>
    public HttpClient Api { get; private set; }

    /// <summary>Speaks to the VIP.</summary>
    public HttpClient Client { get; }

    public Uri LoadBalancerUri => new($"/2.0/load-balancers/{Document.Id}", UriKind.Relative);

    public string HaproxyConfigFile => Path.Combine(Agent.BasePath, Document.Id, "haproxy.cfg");

    /// <summary>Makes it; nothing is pushed yet.</summary>
    public static async Task<PushedLoadBalancer> StartAsync(int members, CancellationToken cancellationToken) =>
        new(await PluggedAmphora.CreateAsync(members, new AgentConfiguration(), cancellationToken));

    /// <summary>Pushes the document and answers whatever the agent says.</summary>
    public Task<HttpResponseMessage> PushAsync(CancellationToken cancellationToken) =>
        Api.PutAsync(LoadBalancerUri, MtlsClient.Json(Document.ToString()), cancellationToken);

    /// <summary>Pushes and expects success.</summary>
    public async Task<JsonNode> ApplyAsync(CancellationToken cancellationToken)
    {
        using var answer = await PushAsync(cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}\n{Agent.Log}");
    }

    /// <summary>Asks the VIP once on a connection of its own and answers the member's name.</summary>
    public async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{_amphora.Topology.Vip}/"));
        request.Headers.ConnectionClose = true;
        using var answer = await Client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
    }

    /// <summary>kill -9 of the agent, and a new start with the same files.</summary>
    public async Task KillAndRestartAsync(CancellationToken cancellationToken)
    {
        await Agent.KillAsync(cancellationToken);
        await Agent.StartAgainAsync(cancellationToken);
        Api.Dispose();
        Api = Agent.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Client.Dispose();
        await _amphora.DisposeAsync();
    }
}
