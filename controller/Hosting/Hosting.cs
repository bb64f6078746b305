// Hosting: a controller on a state directory, put together from its parts.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.AmphoraAgent.Noop;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Compute.Netns;
using Amphora.Controller.Drivers.Compute.Noop;
using Amphora.Controller.Drivers.Compute.Qemu;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Controller.Drivers.Networking.Noop;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Hosting;

/// <summary>Front door.</summary>
internal static class HostingSlice
{
    /// <summary>Opens a controller; what its state directory lacks is made.</summary>
    /// <exception cref="ControllerException">The state directory cannot be used.</exception>
    /// <exception cref="DatabaseUnavailableException">The database cannot be used.</exception>
    /// <exception cref="DatabaseRefusedException">A newer program was here.</exception>
    public static async Task<RunningController> OpenAsync(ControllerOptions options, CancellationToken cancellationToken)
    {
        var identity = await ControllerIdentity.OpenAsync(options.StateDirectory, TimeProvider.System, cancellationToken);
        var database = options.Database is { } connection
            ? await StoreSlice.OpenPostgresAsync(connection, TimeProvider.System, cancellationToken)
            : await StoreSlice.OpenSqliteAsync(Path.Combine(options.StateDirectory, "controller.db"), TimeProvider.System, cancellationToken);
        var drivers = DriversOf(options, identity);
        var amphora = new AmphoraSettings
        {
            HeartbeatKey = identity.HeartbeatKey,
            HealthManagers = drivers.HealthManagers,
            Agent = new AgentSettings { HeartbeatInterval = options.HeartbeatInterval, BindHost = IPAddress.Any, BindPort = AmphoraAddress.DefaultPort, Topology = Topology.Single },
        };
        var keys = new SealingKeys(identity.FlowKeys);
        var services = new LoadBalancerServices(
            new AmphoraServices(database, drivers.Compute, drivers.Agents, drivers.Certificates, amphora),
            new VipServices(database, drivers.Network, drivers.Compute, drivers.Agents),
            new TlsContainers(keys),
            new LoadBalancerSettings { EnableAntiAffinity = options.EnableAntiAffinity, DefaultConnectionLimit = options.DefaultConnectionLimit });
        var counts = new FlowCounts(TimeProvider.System);
        var flows = new FlowServices(
            new FlowJournal(database), new FlowSecrets(keys), new FlowOptions { Owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}" }, TimeProvider.System)
        {
            Ended = counts.Add,
        };
        var engine = new FlowEngine(LoadBalancersSlice.Definitions(services), flows);
        return new RunningController(identity, services, engine, HousekeepingSlice.Jobs(services, engine, options.Housekeeping)) { FlowCounts = counts };
    }

    private static DriverSet DriversOf(ControllerOptions options, ControllerIdentity identity)
    {
        if (options.Drivers == DriverKind.Noop)
        {
            var folder = Directory.CreateDirectory(Path.Combine(options.StateDirectory, "noop")).FullName;
            return new DriverSet(new NoopComputeDriver(folder), new NoopNetworkDriver(folder), new NoopAmphoraDriver(), new NoopCertificates(), Chosen);
        }

        var network = new NetnsNetworkDriver(new NetnsNetworkOptions { StateDirectory = options.StateDirectory });
        return new DriverSet(
            options.Drivers == DriverKind.Qemu
                ? new QemuComputeDriver(network, options.Machines ?? throw new ControllerException("cannot build virtual machines: --image is needed, the folder of the amphora's image"), TimeProvider.System)
                : new NetnsComputeDriver(network, new NetnsComputeOptions { AgentCommand = options.AgentCommand }),
            network,
            new RestAmphoraDriver(identity.Credentials, new AgentTimeouts { Overall = TimeSpan.FromSeconds(60) }),
            identity.Authority,
            options.HealthManagers.Count > 0 ? Chosen : OwnAddressAsync);

        Task<ValueList<IPEndPoint>> Chosen(CancellationToken token) => Task.FromResult(options.HealthManagers);

        async Task<ValueList<IPEndPoint>> OwnAddressAsync(CancellationToken token) =>
            [new IPEndPoint((await network.Operator.EnsureManagementAsync(token)).GatewayIp!, ControllerOptions.DefaultHealthPort)];
    }

    private sealed record DriverSet(
        IComputeDriver Compute, INetworkDriver Network, IAmphoraDriver Agents, IServerCertificates Certificates, Func<CancellationToken, Task<ValueList<IPEndPoint>>> HealthManagers);
}

/// <summary>How a controller is opened.</summary>
internal sealed record ControllerOptions
{
    /// <summary>Where CA, keys, the embedded database and the embedded drivers' files are.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>PostgreSQL, as Npgsql reads it; null: SQLite in the state directory.</summary>
    public string? Database { get; init; }

    /// <summary>What builds amphorae and networks.</summary>
    public DriverKind Drivers { get; init; } = DriverKind.Netns;

    /// <summary>The agent of the embedded driver: program and first arguments; none: beside the controller, else of PATH.</summary>
    public IReadOnlyList<string> AgentCommand { get; init; } = [];

    /// <summary>The machines of <see cref="DriverKind.Qemu"/>.</summary>
    public QemuComputeOptions? Machines { get; init; }

    /// <summary>[health_manager] bind_port.</summary>
    public const int DefaultHealthPort = 5555;

    /// <summary>[health_manager] controller_ip_port_list of new amphorae; none: this host's address in the management network of the embedded drivers.</summary>
    public ValueList<IPEndPoint> HealthManagers { get; init; }

    /// <summary>[health_manager] heartbeat_interval of new amphorae, seconds.</summary>
    public int HeartbeatInterval { get; init; } = 10;

    /// <summary>[nova] enable_anti_affinity.</summary>
    public bool EnableAntiAffinity { get; init; }

    /// <summary>Connections of a listener without a limit of its own; null: Octavia's 50,000.</summary>
    public int? DefaultConnectionLimit { get; init; }

    /// <summary>[house_keeping].</summary>
    public HousekeepingSettings Housekeeping { get; init; } = new();
}

/// <summary>What builds amphorae and networks.</summary>
internal enum DriverKind
{
    /// <summary>Namespaces of this host.</summary>
    Netns,

    /// <summary>Virtual machines of this host, in networks of namespaces.</summary>
    Qemu,

    /// <summary>Nothing is built.</summary>
    Noop,
}
