// A whole amphora with its world: topology, members, agent, a plugged VIP and a document to push.
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;

namespace Amphora.EndToEnd.Tests;

/// <summary>An agent that serves an HTTP listener on port 80 for real members behind a real VIP.</summary>
internal sealed class AmphoraUnderTest : IAsyncDisposable
{
    private readonly List<HttpMember> _members = [];

    private AmphoraUnderTest(Topology topology, AgentProcess agent)
    {
        (Topology, Agent) = (topology, agent);
        Document = new TestDocument(agent.Configuration.AmphoraId, topology.Vip);
        Pool = Document.AddPool("HTTP");
        Listener = Document.AddListener("HTTP", 80, Pool);
        Api = agent.CreateClient();
        Client = TrafficClient.Create(topology.Client);
    }

    public Topology Topology { get; }

    public AgentProcess Agent { get; }

    /// <summary>The document; change it, raise its generation, push it.</summary>
    public TestDocument Document { get; }

    public JsonObject Pool { get; }

    public JsonObject Listener { get; }

    public IReadOnlyList<HttpMember> Members => _members;

    /// <summary>Speaks to the agent.</summary>
    public HttpClient Api { get; private set; }

    /// <summary>Speaks to the VIP.</summary>
    public HttpClient Client { get; }

    public Uri LoadBalancerUri => new($"/2.0/load-balancers/{Document.Id}", UriKind.Relative);

    public Uri Vip => new($"http://{Topology.Vip}/");

    public string HaproxyConfigFile => Path.Combine(Agent.BasePath, Document.Id, "haproxy.cfg");

    public static async Task<AmphoraUnderTest> StartAsync(int members, CancellationToken cancellationToken, AgentConfiguration? configuration = null)
    {
        var topology = await Topology.CreateAsync(members, withVipPort: true, cancellationToken);
        try
        {
            var agent = await AgentProcess.StartAsync(topology, configuration ?? new AgentConfiguration(), cancellationToken);
            var amphora = new AmphoraUnderTest(topology, agent);
            amphora.StartMembers(members);
            await amphora.PlugVipAsync(cancellationToken);
            return amphora;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

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

    public async Task PlugVipAsync(CancellationToken cancellationToken)
    {
        var port = new JsonObject
        {
            ["type"] = "vip",
            ["vrrp_ip"] = Topology.VrrpIp.ToString(),
            ["vips"] = new JsonArray(new JsonObject
            {
                ["ip_address"] = Topology.Vip.ToString(),
                ["subnet_cidr"] = Topology.VipSubnet,
                ["gateway_ip"] = Topology.Gateway.ToString(),
            }),
        };
        using var answer = await Api.PutAsJsonAsync(new Uri($"/2.0/ports/{Topology.VipPortMac}", UriKind.Relative), port, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}\n{Agent.Log}");
        }
    }

    /// <summary>Asks the VIP once on a connection of its own and answers the member's name.</summary>
    public async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Vip);
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
        await Agent.DisposeAsync();
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        await Topology.DisposeAsync();
    }

    private void StartMembers(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var endPoint = new IPEndPoint(Topology.MemberAddress(i), 8080);
            _members.Add(HttpMember.Start($"member-{i + 1}", Topology.Members[i], endPoint));
            TestDocument.AddMember(Pool, endPoint);
        }
    }
}
