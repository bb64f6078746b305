// An amphora whose agent is ours and whose controller is Octavia's driver.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

/// <summary>Topology, agent, members, driver and a client of the VIP. Nothing is plugged yet.</summary>
internal sealed class StockAmphora : IAsyncDisposable
{
    private readonly List<HttpMember> _members = [];

    private StockAmphora(Topology topology, AgentProcess agent, StockDriver driver)
    {
        (Topology, Agent, Driver) = (topology, agent, driver);
        Client = TrafficClient.Create(topology.Client);
    }

    public Topology Topology { get; }

    public AgentProcess Agent { get; }

    public StockDriver Driver { get; }

    /// <summary>Speaks to the VIP.</summary>
    public HttpClient Client { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts all of it.</summary>
    public static async Task<StockAmphora> StartAsync(int members, AgentConfiguration configuration, CancellationToken cancellationToken)
    {
        var topology = await Topology.CreateAsync(members, withVipPort: true, cancellationToken);
        AgentProcess? agent = null;
        try
        {
            agent = await AgentProcess.StartAsync(topology, configuration, cancellationToken);
            StockAmphora amphora = new(topology, agent, await StockDriver.StartAsync(topology, agent, cancellationToken));
            for (var i = 0; i < members; i++)
            {
                amphora._members.Add(HttpMember.Start($"member-{i + 1}", topology.Members[i], new IPEndPoint(IPAddress.Any, PluggedAmphora.MemberPort)));
            }

            return amphora;
        }
        catch
        {
            if (agent is not null)
            {
                await agent.DisposeAsync();
            }

            await topology.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells the driver of a listener with a pool; nothing is sent to the agent.</summary>
    public async Task<string> AddListenerAsync(string protocol, int port, int members, string? certificate)
    {
        var id = Guid.NewGuid().ToString();
        await Driver.OrderAsync(
            "add_listener",
            new JsonObject
            {
                ["id"] = id,
                ["pool"] = Guid.NewGuid().ToString(),
                ["protocol"] = protocol,
                ["pool_protocol"] = "HTTP",
                ["port"] = port,
                ["connection_limit"] = 90,
                ["certificate"] = certificate,
                ["members"] = Members(members),
            },
            Cancellation);
        return id;
    }

    /// <summary>Tells the driver which members a listener's pool has.</summary>
    public Task<JsonNode?> SetMembersAsync(string listener, int members) =>
        Driver.OrderAsync("set_members", new JsonObject { ["listener"] = listener, ["members"] = Members(members) }, Cancellation);

    /// <summary>Asks the VIP once and answers the member's name.</summary>
    public async Task<string> AskAsync() => (await Client.GetStringAsync(new Uri($"http://{Topology.Vip}/"), Cancellation)).Trim();

    /// <summary>Asks the VIP over TLS, trusting the test's authority only.</summary>
    public async Task<string> AskHttpsAsync(string name)
    {
        using var client = TrafficClient.Create(Topology.Client, authority: Agent.Certificates.Authority, resolve: Topology.Vip);
        return (await client.GetStringAsync(new Uri($"https://{name}/"), Cancellation)).Trim();
    }

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
        await Driver.DisposeAsync();
        await Agent.DisposeAsync();
        await Topology.DisposeAsync();
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }
    }

    // The same member keeps its id from update to update.
    private JsonArray Members(int count) => [.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject
    {
        ["id"] = $"{i + 1:x8}-0000-4000-8000-000000000001",
        ["address"] = Topology.MemberAddress(i).ToString(),
        ["port"] = PluggedAmphora.MemberPort,
    })];
}
