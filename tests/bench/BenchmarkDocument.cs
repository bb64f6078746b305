// The two load balancers that are measured.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;

namespace Amphora.Bench;

/// <summary>How large a load balancer is.</summary>
/// <param name="Name">What its rows are called.</param>
/// <param name="Listeners">Each with a pool of its own.</param>
/// <param name="MembersAPool">Members of each pool.</param>
internal sealed record LoadBalancerSize(string Name, int Listeners, int MembersAPool)
{
    public static LoadBalancerSize Small { get; } = new("small", 1, 2);

    public static LoadBalancerSize Large { get; } = new("large", 100, 20);
}

/// <summary>Listeners with a pool each. The first pool's members are real; the others lead nowhere and are never asked.</summary>
internal sealed class BenchmarkDocument
{
    public const int FirstMemberPort = 1001;
    private const int FirstListenerPort = 10000;
    private const int FirstChangedPort = 20000;

    private readonly JsonObject _first;

    public BenchmarkDocument(LoadBalancerSize size, string amphoraId, IPAddress vip, IPAddress member)
    {
        Size = size;
        Text = new TestDocument(amphoraId, vip);
        // Two descriptors a connection, a hundred listeners: within the 20,000 descriptors of a sandbox.
        Text.Json["settings"] = new JsonObject { ["default_connection_limit"] = 40 };
        for (int number = 0; number < size.Listeners; number++)
        {
            JsonObject pool = Text.AddPool("HTTP");
            for (int index = 0; index < size.MembersAPool; index++)
            {
                IPAddress address = number == 0 ? member : IPAddress.Parse($"10.78.{number}.{index + 1}");
                TestDocument.AddMember(pool, new IPEndPoint(address, number == 0 ? FirstMemberPort + index : 80));
            }

            Text.AddListener("HTTP", FirstListenerPort + number, pool);
        }

        _first = Text.LoadBalancer["listeners"]![0]!.AsObject();
    }

    public LoadBalancerSize Size { get; }

    public TestDocument Text { get; }

    public string Id => Text.Id;

    /// <summary>Port of the listener with the real members.</summary>
    public int Port => (int)_first["protocol_port"]!;

    /// <summary>The next generation: the first listener moves to a port nobody has listened on, so that an answer there means this
    /// generation is serving.</summary>
    public void Change()
    {
        Text.Generation++;
        _first["protocol_port"] = FirstChangedPort + (int)(Text.Generation % 10000);
    }
}
