// A whole controller on SQLite with drivers that do nothing, in which steps fail and journals die.
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.AmphoraAgent.Noop;
using Amphora.Controller.Drivers.Compute.Noop;
using Amphora.Controller.Drivers.Networking.Noop;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Vips;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

/// <summary>The world of one test.</summary>
internal sealed class LoadBalancerWorld : IAsyncDisposable
{
    private readonly TestFolder? _folder;

    private LoadBalancerWorld(TestFolder? folder, IDatabase database, LoadBalancerSettings settings)
    {
        (_folder, Database) = (folder, database);
        var amphora = new AmphoraSettings
        {
            Agent = new AgentSettings { HeartbeatInterval = 10, BindHost = System.Net.IPAddress.Any, BindPort = 9443, Topology = Topology.Single },
            DeleteInterval = TimeSpan.Zero,
        };
        Services = new LoadBalancerServices(
            new AmphoraServices(database, Compute, Agents, new NoopCertificates(), amphora),
            new VipServices(database, Network, Compute, Agents),
            new TlsContainers(Keys),
            settings);
    }

    public static SealingKeys Keys { get; } = new([new byte[32]]);

    public IDatabase Database { get; }

    public NoopComputeDriver Compute { get; } = new();

    public NoopNetworkDriver Network { get; } = new();

    public NoopAmphoraDriver Agents { get; } = new();

    public LoadBalancerServices Services { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LoadBalancerWorld> OpenAsync(LoadBalancerSettings? settings = null)
    {
        var folder = new TestFolder();
        return new LoadBalancerWorld(folder, await StoreSlice.OpenSqliteAsync(folder["controller.db"], TimeProvider.System, Cancel), settings ?? new LoadBalancerSettings());
    }

    /// <summary>On a database of somebody else.</summary>
    public static LoadBalancerWorld On(IDatabase database) => new(null, database, new LoadBalancerSettings());

    /// <summary>A load balancer with an HTTP listener, a pool with a monitor and two members, and a policy.</summary>
    public static CreateLoadBalancerRequest Request(Topology topology = Topology.Single) => new()
    {
        Name = "web",
        ProjectId = "demo",
        Topology = topology,
        VipSubnetId = Guid.Parse("5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a"),
        Tree = JsonNode.Parse("""
            {
              "listeners": [{"id": "8c84a306-1a87-45b3-8d57-1c9d90c785f2", "protocol": "HTTP", "protocol_port": 80, "default_pool_id": "5b77b111-746b-42d7-ab56-343a8a77a140",
                "l7policies": [{"id": "0a4f0aee-5c4f-4d4e-8a52-8f1a7c9e1f10", "action": "REJECT", "position": 1,
                  "rules": [{"id": "1b5f0aee-5c4f-4d4e-8a52-8f1a7c9e1f11", "type": "PATH", "compare_type": "STARTS_WITH", "value": "/private"}]}]}],
              "pools": [{"id": "5b77b111-746b-42d7-ab56-343a8a77a140", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN",
                "healthmonitor": {"id": "2c6f0aee-5c4f-4d4e-8a52-8f1a7c9e1f12", "type": "HTTP", "delay": 5, "timeout": 3, "max_retries": 3},
                "members": [{"id": "143f25f3-ab11-4225-b1a5-dbf88521318f", "address": "10.0.0.11", "protocol_port": 80},
                            {"id": "8eb50dab-ad57-43ce-9f8f-ec80755cbdce", "address": "10.0.0.12", "protocol_port": 80}]}]
            }
            """)!.AsObject(),
    };

    public FlowEngine Engine(Func<FlowNode, FlowNode>? change = null, IFlowJournal? journal = null) => new(
        LoadBalancersSlice.Definitions(Services).Select(definition => new ChangedDefinition(definition, change ?? (node => node))),
        new FlowServices(journal ?? new FlowJournal(Database), new FlowSecrets(Keys), new FlowOptions { Owner = Guid.NewGuid().ToString() }, Database.Clock));

    /// <summary>Creates one and runs its flow.</summary>
    public async Task<(Guid Id, FlowEnd? End)> CreateAsync(CreateLoadBalancerRequest request, FlowEngine? engine = null)
    {
        engine ??= Engine();
        var begun = (await new CreateLoadBalancer(Services, engine).RecordAsync(request, Cancel)).Value;
        return (begun.LoadBalancerId, await engine.RunAsync(begun.FlowId, null, Cancel));
    }

    /// <summary>Puts another amphora in the place of one.</summary>
    public async Task<FlowEnd?> FailoverAmphoraAsync(Guid amphora, FlowEngine? engine = null)
    {
        engine ??= Engine();
        var begun = (await new FailoverAmphora(Services, engine).RecordAsync(amphora, Cancel)).Value;
        return await engine.RunAsync(begun!.FlowId, null, Cancel);
    }

    /// <summary>Gives one new amphorae.</summary>
    public async Task<FlowEnd?> FailoverAsync(Guid id, FlowEngine? engine = null)
    {
        engine ??= Engine();
        var begun = (await new FailoverLoadBalancer(Services, engine).RecordAsync(id, Cancel)).Value;
        return await engine.RunAsync(begun.FlowId, null, Cancel);
    }

    /// <summary>An amphora that serves nobody yet.</summary>
    public async Task<Guid> AddSpareAsync()
    {
        var id = Guid.NewGuid();
        var compute = await Compute.BuildAsync(new() { AmphoraId = id, Files = [] }, Cancel);
        var row = new AmphoraRow { Id = id, Status = AmphoraStatus.Ready, ComputeId = compute, LbNetworkIp = System.Net.IPAddress.Parse("192.0.2.9"), AgentPort = 9443 };
        await Database.InTransactionAsync((transaction, token) => new AmphoraRows(transaction).InsertAsync(row, token), Cancel);
        return id;
    }

    /// <summary>The steps of the flow that is recorded next.</summary>
    public FlowEngine Engine(List<string> steps) => Engine(flow =>
    {
        steps.Clear();
        steps.AddRange(FlowOutline.Steps(flow).Select(step => step.Path));
        return flow;
    });

    /// <summary>Deletes one with everything below it.</summary>
    public async Task<FlowEnd?> DeleteAsync(Guid id, FlowEngine? engine = null)
    {
        engine ??= Engine();
        var begun = (await new DeleteLoadBalancer(Services, engine).RecordAsync(id, cascade: true, Cancel)).Value;
        return await engine.RunAsync(begun.FlowId, null, Cancel);
    }

    public Task<LoadBalancerRow?> GetAsync(Guid id) => Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).GetAsync(id, token), Cancel);

    public Task<IReadOnlyList<ObjectRow>> ObjectsAsync(Guid id) => Database.ReadAsync((transaction, token) => new ObjectRows(transaction).LoadAsync(id, token), Cancel);

    public Task<IReadOnlyList<AmphoraRow>> AmphoraeAsync() => Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).ListAsync(token), Cancel);

    /// <summary>Everything outside the database that is there for load balancers.</summary>
    public async Task<IReadOnlyList<string>> ThingsAsync() =>
    [
        .. (await Compute.ListAsync(Cancel)).Select(machine => $"machine {machine.ComputeId}"),
        .. (await Network.ListPortsAsync(Cancel)).Select(port => $"port {port.Name}"),
        .. Network.SecurityGroups.Select(group => $"security group {group}"),
        .. Compute.ServerGroups.Select(group => $"server group {group}"),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            await Database.DisposeAsync();
            _folder.Dispose();
        }
    }

    private sealed class ChangedDefinition(IFlowDefinition definition, Func<FlowNode, FlowNode> change) : IFlowDefinition
    {
        public string Kind => definition.Kind;

        public FlowNode Define(string input) => change(definition.Define(input));
    }
}
