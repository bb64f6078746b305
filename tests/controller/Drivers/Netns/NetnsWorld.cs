// The embedded drivers on a state directory of a test's own.
using Amphora.Contract;
using Amphora.Controller.Certificates;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Compute.Netns;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Tests.Drivers.Netns;

/// <summary>Network and compute driver, an authority, namespaces for clients; gone with everything the drivers made.</summary>
internal sealed class NetnsWorld : IAsyncDisposable
{
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();
    private readonly List<TestNamespace> _spaces = [];

    private readonly int _managementPrefixLength;

    private NetnsWorld(NetnsComputeOptions? compute, int managementPrefixLength)
    {
        _managementPrefixLength = managementPrefixLength;
        Network = NewNetwork();
        ComputeOptions = (compute ?? new NetnsComputeOptions()) with { AgentCommand = compute?.AgentCommand is { Count: > 0 } other ? other : Checkout.AgentCommand };
        Compute = new NetnsComputeDriver(Network, ComputeOptions);
    }

    public NetnsNetworkDriver Network { get; }

    public NetnsComputeDriver Compute { get; }

    public NetnsComputeOptions ComputeOptions { get; }

    public NetnsNetworkOperator Operator => Network.Operator;

    /// <summary>The ready-made subnet.</summary>
    public Subnet Demo { get; private set; } = null!;

    public string State => _folder["state"];

    public static async Task<NetnsWorld> CreateAsync(CancellationToken cancellationToken, NetnsComputeOptions? compute = null, int managementPrefixLength = 22)
    {
        var world = new NetnsWorld(compute, managementPrefixLength);
        try
        {
            world.Demo = await world.Operator.InitializeAsync(cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another controller's network driver on the same state.</summary>
    public NetnsNetworkDriver NewNetwork() => new(new NetnsNetworkOptions { StateDirectory = State, ManagementPrefixLength = _managementPrefixLength });

    /// <summary>Another controller's compute driver on the same state.</summary>
    public NetnsComputeDriver NewCompute() => new(NewNetwork(), ComputeOptions);

    /// <summary>What a flow gives to compute: the files of a config drive with certificates of this world's authority.</summary>
    public ComputeBuild NewBuild(Guid? id = null, string? group = null)
    {
        var amphoraId = id ?? Guid.NewGuid();
        EnsureAuthority();
        var agent = new AgentSettings { HeartbeatInterval = 10, BindHost = System.Net.IPAddress.IPv6Any, BindPort = 9443, Topology = Contract.DesiredState.Topology.Single };
        var identity = new LocalAuthority(_folder["ca"], null, days: 30).Issue(amphoraId, DateTimeOffset.UtcNow).Value;
        var files = DriveFiles.Installed(amphoraId, agent, new LogForwarding(), identity.ServerPem, identity.AuthorityPem);
        return new ComputeBuild { AmphoraId = amphoraId, Files = [.. files.Value], ServerGroupId = group };
    }

    /// <summary>Builds an amphora and waits until it is ACTIVE.</summary>
    public async Task<ComputeMachine> BuildAsync(ComputeBuild build, CancellationToken cancellationToken) => await ActiveAsync(await Compute.BuildAsync(build, cancellationToken), cancellationToken);

    /// <summary>Waits until a machine is ACTIVE.</summary>
    public async Task<ComputeMachine> ActiveAsync(string id, CancellationToken cancellationToken)
    {
        ComputeMachine? machine = null;
        await Until.TrueAsync($"{id} is ACTIVE", s_start, async () =>
        {
            machine = await Compute.GetAsync(id, cancellationToken);
            return machine?.Status is ComputeStatus.Active or ComputeStatus.Error;
        }, cancellationToken);
        return machine!.Status == ComputeStatus.Active ? machine : throw new InvalidOperationException(machine.Fault);
    }

    /// <summary>Asks a machine's agent over mutual TLS, as its controller.</summary>
    public async Task<T> AskAsync<T>(ComputeMachine machine, Func<AgentClient, Task<AgentAnswer<T>>> ask)
    {
        using var credentials = AgentCredentials.Read(Path.Combine(_folder["ca"], CertificateAuthority.CertificateFile), _folder["client.pem"], null).Value;
        using var connection = new AgentConnection(
            new AgentEndpoint(new Uri($"https://{machine.ManagementAddress}:9443"), machine.AmphoraId), credentials, new AgentTimeouts { Overall = s_start }, null);
        var answer = await ask(new AgentClient(connection));
        return answer.Error is { } error ? throw new InvalidOperationException(error.Message) : answer.Value;
    }

    /// <summary>A namespace of a client or a member.</summary>
    public TestNamespace NewSpace(string role)
    {
        var space = new TestNamespace(role);
        _spaces.Add(space);
        return space;
    }

    /// <summary>Everything there is of this state: files, namespaces, links, processes.</summary>
    public IReadOnlyList<string> Traces()
    {
        var traces = Directory.EnumerateFiles(State, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("lock", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(NetworkNamespace.Folder).Where(file => file.Contains(Network.Names.State, StringComparison.Ordinal)))
            .Concat(Directory.EnumerateFileSystemEntries("/run/amphora").Where(file => new FileInfo(file).LinkTarget?.StartsWith(State, StringComparison.Ordinal) == true))
            .Concat(ProcessStatus.All().Where(IsOfThisState).Select(pid => $"process {pid} {string.Join(' ', ProcessStatus.CommandLine(pid))}"))
            .ToList();
        foreach (var space in (string?[])[null, Network.Names.Fabric])
        {
            if (space is null || NetworkNamespace.Exists(space))
            {
                using var netlink = RouteNetlink.Open(space);
                traces.AddRange(netlink.ReadLinks().Where(link => space is not null || link.Name.Contains(Network.Names.State, StringComparison.Ordinal)).Select(link => $"link {link.Name}"));
            }
        }

        return [.. traces.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in await Compute.ListAsync(CancellationToken.None))
        {
            await Compute.DeleteAsync(machine.ComputeId, CancellationToken.None);
        }

        foreach (var space in _spaces)
        {
            await space.DisposeAsync();
        }

        await Operator.DeleteAllAsync(CancellationToken.None);
        _folder.Dispose();
    }

    private bool IsOfThisState(int pid) => ProcessStatus.Runs(pid) && ProcessStatus.Variable(pid, "AMPHORA_FOLDER")?.StartsWith(State, StringComparison.Ordinal) == true;

    private void EnsureAuthority()
    {
        if (!Directory.Exists(_folder["ca"]))
        {
            CertificatesSlice.Init(new AuthorityOptions { Directory = _folder["ca"], CommonName = "test", Days = 30 }, DateTimeOffset.UtcNow);
            CertificatesSlice.IssueClient(new IssueOptions { Directory = _folder["ca"], Out = _folder["client.pem"], Days = 30 }, "controller", DateTimeOffset.UtcNow);
        }
    }
}
