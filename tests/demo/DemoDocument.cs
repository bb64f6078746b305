// The load balancer of the demonstration: three listeners over the same three members.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;

namespace Amphora.Demo;

/// <summary>The desired state, and how it changes.</summary>
internal sealed class DemoDocument
{
    private const int TcpPort = 8080;
    private readonly List<JsonObject[]> _members = [];

    public DemoDocument(World world)
    {
        Text = new TestDocument(world.AmphoraId, world.Topology.Vip);
        JsonObject web = AddPool(world, "HTTP");
        JsonObject tcp = AddPool(world, "TCP");
        Text.AddListener("HTTP", 80, web);
        JsonObject https = Text.AddListener("TERMINATED_HTTPS", 443, web);
        https["default_tls_container_ref"] = Text.AddTlsFile(world.ListenerCertificate.File, world.ListenerCertificate.Sha256);
        Text.AddListener("TCP", TcpPort, tcp);
    }

    public static Uri Http { get; } = new($"http://{World.HostName}/");

    /// <summary>How the client reaches each listener; the TCP one carries HTTP without looking at it.</summary>
    public static IReadOnlyList<(string Name, Uri Url)> Listeners { get; } =
    [
        ("HTTP :80", Http), ("TERMINATED_HTTPS :443", new Uri($"https://{World.HostName}/")), ($"TCP :{TcpPort}", new Uri($"http://{World.HostName}:{TcpPort}/")),
    ];

    public TestDocument Text { get; }

    public string Id => Text.Id;

    /// <summary>True when the id is the one of the member, in whichever pool.</summary>
    public bool IsMember(int member, string id) => _members.Any(pool => (string)pool[member]["id"]! == id);

    /// <summary>The next generation: a member has another weight in every pool.</summary>
    public void ChangeWeight(int member, int weight)
    {
        foreach (JsonObject[] pool in _members)
        {
            pool[member]["weight"] = weight;
        }

        Text.Generation++;
    }

    private JsonObject AddPool(World world, string protocol)
    {
        JsonObject pool = Text.AddPool(protocol);
        _members.Add([.. world.Members.Select((_, index) => TestDocument.AddMember(pool, new IPEndPoint(world.Topology.MemberAddress(index), 80)))]);
        TestDocument.AddHttpMonitor(pool, "/health");
        return pool;
    }
}
