// What is asked of one load balancer, one thing after the other, and what is to come of it.
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Xunit;

namespace Amphora.Controller.Tests.Hosting;

/// <summary>A load balancer's life, chosen before it begins.</summary>
internal sealed class Tenant
{
    /// <summary>Whose quotas count.</summary>
    public const string Project = "tenants";

    // A process takes longer than all the rest.
    private const int OneCommandOf = 50;

    private readonly Queue<(string Flow, Func<ServingPair, CancellationToken, Task> AskAsync)> _asks = [];
    private readonly List<string> _flows = [];

    /// <summary>Chooses one.</summary>
    public Tenant(int number, Random random)
    {
        Name = $"lb-{number}";
        Topology = random.Next(4) == 0 ? Topology.ActiveStandby : Topology.Single;
        bool isCommand = number % OneCommandOf == 0;
        (Listeners, Members) = (isCommand ? 0 : random.Next(2), random.Next(3));
        _asks.Enqueue(("create-load-balancer", isCommand ? CommandAsync : CreateAsync));
        if (random.Next(3) == 0)
        {
            _asks.Enqueue(("change-objects", AddListenerAsync));
        }

        if (random.Next(20) == 0)
        {
            _asks.Enqueue(("failover-load-balancer", async (pair, token) => Check((await pair.Caller.FailoverAsync(Id, token)).Refusal)));
        }

        if (random.Next(6) == 0)
        {
            IsDeleted = true;
            _asks.Enqueue(("delete-load-balancer", async (pair, token) => Check((await pair.Caller.DeleteAsync(Id, cascade: true, token)).Refusal)));
        }
    }

    /// <summary>Its name, which nobody else has.</summary>
    public string Name { get; }

    /// <summary>Its id, once it was asked for.</summary>
    public Guid Id { get; private set; }

    /// <summary>One amphora or two.</summary>
    public Topology Topology { get; }

    /// <summary>Its listeners in the end, each with a pool.</summary>
    public int Listeners { get; private set; }

    /// <summary>Members of each pool.</summary>
    public int Members { get; }

    /// <summary>It is gone in the end.</summary>
    public bool IsDeleted { get; }

    /// <summary>The kinds of the flows that were recorded, in order.</summary>
    public IReadOnlyList<string> Flows => _flows;

    /// <summary>Nothing more is asked.</summary>
    public bool IsDone => _asks.Count == 0;

    /// <summary>Asks the next thing; it is only recorded.</summary>
    public async Task AskAsync(ServingPair pair, CancellationToken cancellationToken)
    {
        var (flow, askAsync) = _asks.Dequeue();
        await askAsync(pair, cancellationToken);
        _flows.Add(flow);
    }

    private static void Check(Refusal? refusal) => Assert.True(refusal is null, refusal?.Message);

    private async Task CommandAsync(ServingPair pair, CancellationToken cancellationToken)
    {
        string topology = Topology == Topology.Single ? "SINGLE" : "ACTIVE_STANDBY";
        string created = await pair.CommandAsync(
            "lb", "create", "--name", Name, "--project", Project, "--vip-subnet-id", $"{ServingPair.Subnet}", "--topology", topology, "--no-wait", "--output", "json");
        Id = (Guid)JsonNode.Parse(created)!["id"]!;
    }

    private async Task CreateAsync(ServingPair pair, CancellationToken cancellationToken)
    {
        JsonObject tree = [];
        for (int i = 0; i < Listeners; i++)
        {
            AddTo(tree, 80 + i);
        }

        var decision = await pair.Caller.CreateAsync(
            new CreateLoadBalancerRequest { Name = Name, ProjectId = Project, Topology = Topology, VipSubnetId = ServingPair.Subnet, Tree = tree }, cancellationToken);
        Check(decision.Refusal);
        Id = decision.Value.LoadBalancerId;
    }

    private async Task AddListenerAsync(ServingPair pair, CancellationToken cancellationToken)
    {
        Check((await pair.Caller.ChangeAsync(Id, Edit, cancellationToken)).Refusal);
        Listeners++;

        Refusal? Edit(JsonObject tree)
        {
            AddTo(tree, 8080);
            return null;
        }
    }

    private void AddTo(JsonObject tree, int port)
    {
        Guid pool = Guid.NewGuid();
        Of("pools").Add((JsonNode)new JsonObject
        {
            ["id"] = pool,
            ["protocol"] = "HTTP",
            ["lb_algorithm"] = "ROUND_ROBIN",
            ["members"] = new JsonArray([.. Enumerable.Range(0, Members).Select(member => new JsonObject { ["id"] = Guid.NewGuid(), ["address"] = $"10.0.0.{member + 1}", ["protocol_port"] = 80 })]),
        });
        Of("listeners").Add((JsonNode)new JsonObject { ["id"] = Guid.NewGuid(), ["protocol"] = "HTTP", ["protocol_port"] = port, ["default_pool_id"] = pool });

        JsonArray Of(string name) => (JsonArray)(tree[name] ??= new JsonArray());
    }
}
