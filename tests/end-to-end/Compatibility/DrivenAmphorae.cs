// Amphorae whose agents are ours and whose controller is Octavia's driver.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

/// <summary>Topology, agents, members, driver and a client of the VIP. Nothing is plugged yet over the API.</summary>
internal sealed class DrivenAmphorae : IAsyncDisposable
{
    private readonly List<AgentProcess> _agents = [];
    private readonly List<HttpMember> _members = [];
    private readonly Certificates _certificates = new();
    private StockDriver? _driver;

    private DrivenAmphorae(Topology topology)
    {
        Topology = topology;
        Client = TrafficClient.Create(topology.Client);
    }

    public Topology Topology { get; }

    /// <summary>Those that were started, in the order of the topology's places.</summary>
    public IReadOnlyList<AgentProcess> Agents => _agents;

    /// <summary>The first.</summary>
    public AgentProcess Agent => _agents[0];

    public StockDriver Driver => _driver!;

    /// <summary>Speaks to the VIP.</summary>
    public HttpClient Client { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One amphora whose VIP port is there already.</summary>
    public static async Task<DrivenAmphorae> StartSingleAsync(int members)
    {
        var amphora = await StartAsync(members, places: 1, running: 1, vip: null);
        try
        {
            await amphora.Topology.PlugVipPortAsync(Cancellation);
            return amphora;
        }
        catch
        {
            await amphora.DisposeAsync();
            throw;
        }
    }

    /// <summary>A topology, its first agents, and a driver that knows their amphorae. No port is there yet.</summary>
    /// <param name="members">How many.</param>
    /// <param name="places">How many amphorae there is room for; more than one makes the load balancer ACTIVE_STANDBY.</param>
    /// <param name="running">How many there are.</param>
    /// <param name="vip">What the worker knows of the VIP; null: nothing special.</param>
    public static async Task<DrivenAmphorae> StartAsync(int members, int places, int running, Func<Topology, JsonObject>? vip)
    {
        DrivenAmphorae amphorae = new(await Topology.CreateAsync(members, places, Cancellation));
        try
        {
            for (var number = 0; number < running; number++)
            {
                await amphorae.StartAgentAsync();
            }

            var known = amphorae._agents.Select((_, number) => amphorae.Stock(number)).ToArray();
            amphorae._driver = await StockDriver.StartAsync(
                amphorae.Topology, amphorae._certificates, (vip ?? StockDriver.Vip)(amphorae.Topology), known, Cancellation);
            for (var i = 0; i < members; i++)
            {
                amphorae._members.Add(HttpMember.Start($"member-{i + 1}", amphorae.Topology.Members[i], new IPEndPoint(IPAddress.Any, PluggedAmphora.MemberPort)));
            }

            return amphorae;
        }
        catch
        {
            await amphorae.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the agent of the next place; the driver does not know of it yet.</summary>
    public async Task StartAgentAsync() => _agents.Add(await AgentProcess.StartAsync(
        Topology,
        Topology.Places[_agents.Count],
        new AgentConfiguration { Certificates = _certificates, Topology = Topology.Places.Count > 1 ? "ACTIVE_STANDBY" : "SINGLE" },
        Cancellation));

    /// <summary>An amphora as the driver gets to know it: the first is MASTER.</summary>
    public StockAmphora Stock(int number) => new(_agents[number], Topology.Places[number], number == 0 ? "MASTER" : "BACKUP");

    /// <summary>Describes a listener to the driver.</summary>
    public Task<StockListener> AddListenerAsync(string protocol, int port, int members, JsonObject? tls = null) =>
        StockListener.AddAsync(Driver, Topology, protocol, port, members, tls);

    /// <summary>The interface an amphora names for an address; null: it has none.</summary>
    public async Task<string?> InterfaceAsync(int amphora, IPAddress address) => (string?)(await Driver.OrderAsync(
        "interfaces", new JsonObject { ["address"] = address.ToString(), ["amphorae"] = new JsonArray(amphora) }, Cancellation))![0];

    /// <summary>Asks the VIP once and answers the member's name.</summary>
    public async Task<string> AskAsync() => (await Client.GetStringAsync(new Uri($"http://{Topology.Vip}/"), Cancellation)).Trim();

    /// <summary>True when the VIP answers.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            return await AskAsync() is not "";
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_driver is not null)
        {
            await _driver.DisposeAsync();
        }

        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }

        await Topology.DisposeAsync();
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        _certificates.Dispose();
    }
}
