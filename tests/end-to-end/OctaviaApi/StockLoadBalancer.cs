// An amphora with a VIP and members, and one load balancer that is driven as a stock worker drives it.
using System.Net;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>Nothing is uploaded at first.</summary>
internal sealed class StockLoadBalancer : IAsyncDisposable
{
    private readonly PluggedAmphora _amphora;

    private StockLoadBalancer(PluggedAmphora amphora)
    {
        _amphora = amphora;
        Client = new OctaviaClient(amphora.Agent.CreateClient());
        Traffic = new Traffic(amphora.Topology.Client, amphora.Topology.Vip, null);
    }

    /// <summary>Id of the load balancer.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Id of its listener.</summary>
    public string Listener { get; } = Guid.NewGuid().ToString();

    public AgentProcess Agent => _amphora.Agent;

    public Topology Topology => _amphora.Topology;

    /// <summary>Its API 2.0, for what the other side of the boundary does.</summary>
    public AgentApi Api => _amphora.Api;

    public PluggedAmphora Amphora => _amphora;

    /// <summary>API 1.0.</summary>
    public OctaviaClient Client { get; private set; }

    /// <summary>Requests to the VIP.</summary>
    public Traffic Traffic { get; }

    /// <summary>The listener's URL.</summary>
    public Uri Url { get; } = new("http://www.example.com/");

    public string Directory => Path.Combine(Agent.BasePath, Id);

    public static async Task<StockLoadBalancer> StartAsync(int members, AgentConfiguration configuration, CancellationToken cancellationToken) =>
        new(await PluggedAmphora.CreateAsync(members, configuration, cancellationToken));

    /// <summary>haproxy.cfg for the first members.</summary>
    /// <param name="members">How many.</param>
    /// <param name="bind">What stands behind <c>bind</c> after the VIP; null: port 80.</param>
    public string Config(int members, string? bind = null) => StockTexts.Haproxy(
        Agent.BasePath, Id, Listener, $"{Topology.Vip}:{bind ?? "80"}",
        Enumerable.Range(0, members).Select(index => new IPEndPoint(Topology.MemberAddress(index), PluggedAmphora.MemberPort)));

    /// <summary>Uploads and expects success.</summary>
    public async Task UploadAsync(string config, CancellationToken cancellationToken) =>
        (await Client.PutAsync($"/loadbalancer/{Agent.Configuration.AmphoraId}/{Id}/haproxy", config, cancellationToken)).Expect(202);

    /// <summary>start, stop or reload, and success.</summary>
    public async Task ActAsync(string action, CancellationToken cancellationToken) =>
        (await Client.PutAsync($"/loadbalancer/{Id}/{action}", "", cancellationToken)).Expect(202);

    /// <summary>Who answers a number of requests, and how often.</summary>
    public async Task<IReadOnlyDictionary<string, int>> AskAsync(int requests, CancellationToken cancellationToken) =>
        Fixtures.Members.Traffic.Count(await Traffic.SendAsync(Url, requests, cancellationToken));

    /// <summary>Starts the agent again after it was killed.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await Agent.StartAgainAsync(cancellationToken);
        Client.Dispose();
        Client = new OctaviaClient(Agent.CreateClient());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Traffic.Dispose();
        await _amphora.DisposeAsync();
    }
}
