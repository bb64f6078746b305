// A place to plug ports into: a root namespace and an amphora namespace of the test's own, and a network with neighbours.
using System.Net.NetworkInformation;
using System.Text.Json;
using Amphora.Agent.Network;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Topology = Amphora.Contract.DesiredState.Topology;

namespace Amphora.Agent.Tests.Network;

internal sealed class PluggableAmphora : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("amphora-network-");
    private readonly TestNamespace _root = new("root");
    private readonly TestNamespace _inside = new("amp", create: false);
    private readonly TestNamespace _fabric = new("fabric");

    internal PluggableAmphora(Topology topology = Topology.Single)
    {
        Options = new NetworkOptions
        {
            Namespace = _inside.Name,
            RootNamespace = _root.Name,
            InterfaceDirectory = Path.Combine(_folder.FullName, "interfaces"),
            PluggedInterfacesFile = Path.Combine(_folder.FullName, "plugged_interfaces"),
            FirewallFile = Path.Combine(_folder.FullName, "nftables-vip.rules"),
            PortDirectory = Path.Combine(_folder.FullName, "ports"),
            PciRescanFile = null,
            DhcpDirectory = Path.Combine(_folder.FullName, "dhclient"),
            RunDirectory = _folder.FullName,
            AgentCommand = [.. Checkout.AgentCommand],
            Topology = () => topology,
            Timeouts = new NetworkTimeouts { LinkAppears = TimeSpan.FromSeconds(15), RestoreLinks = TimeSpan.FromSeconds(2) },
        };
        Start();
    }

    internal NetworkOptions Options { get; set; }

    internal NetworkApplier Applier { get; private set; } = null!;

    internal NetworkReader Reader { get; private set; } = null!;

    internal NetworkRestorer Restorer { get; private set; } = null!;

    internal TestNamespace Root => _root;

    internal TestNamespace Inside => _inside;

    internal TestNamespace Fabric => _fabric;

    /// <summary>A new agent on the same files and namespaces.</summary>
    internal void Start()
    {
        var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory, LoggerFactory>()
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddNetwork(Options)
            .BuildServiceProvider();
        Applier = services.GetRequiredService<NetworkApplier>();
        Reader = services.GetRequiredService<NetworkReader>();
        Restorer = services.GetRequiredService<NetworkRestorer>();
    }

    /// <summary>What a hypervisor does: a card with this MAC address appears in the root namespace, its cable in the fabric.</summary>
    internal PhysicalAddress HotPlug(string name, string mac)
    {
        _root.Ip("link", "add", name, "address", mac, "type", "veth", "peer", "name", "net-" + name, "netns", _fabric.Name);
        _fabric.Ip("link", "set", "net-" + name, "up");
        return PhysicalAddress.Parse(mac);
    }

    /// <summary>Applies a port and expects success.</summary>
    internal Task<PortState> ApplyAsync(PhysicalAddress mac, string document) => ApplyAsync(mac, Ports.Read(document));

    /// <inheritdoc cref="ApplyAsync(PhysicalAddress, string)"/>
    internal async Task<PortState> ApplyAsync(PhysicalAddress mac, Port port)
    {
        var outcome = await Applier.ApplyAsync(mac, port, TestContext.Current.CancellationToken);
        Assert.True(outcome.Ok, $"{outcome.Failure?.Message} {outcome.Failure?.Output}");
        return outcome.Value;
    }

    /// <summary>Applies a port and expects a failure.</summary>
    internal async Task<Failure> FailedAsync(PhysicalAddress mac, string document)
    {
        var outcome = await Applier.ApplyAsync(mac, Ports.Read(document), TestContext.Current.CancellationToken);
        Assert.NotNull(outcome.Failure);
        return outcome.Failure;
    }

    /// <summary>All there is inside, to be compared.</summary>
    internal string Everything()
    {
        var links = Ip("link");
        var name = links.Select(link => link.GetProperty("ifname").GetString()!).First(name => name != "lo");
        return string.Join(
            '\n',
            string.Join(' ', links.Select(link => $"{link.GetProperty("ifname")} {link.GetProperty("mtu")}")),
            string.Join(' ', Addresses(name).Order()),
            string.Join('\n', Routes("-4", "all").Order()),
            string.Join('\n', Routes("-6", "all").Order()),
            string.Join('\n', Rules("-4").Concat(Rules("-6")).Order()));
    }

    internal List<JsonElement> Ip(params string[] arguments) =>
        [.. JsonDocument.Parse(_inside.Ip(["-j", .. arguments])).RootElement.EnumerateArray().Where(element => element.EnumerateObject().Any())];

    /// <summary>Global addresses of an interface, as <c>10.0.0.5/24</c>.</summary>
    internal List<string> Addresses(string name) =>
        [.. Ip("address", "show", name)[0].GetProperty("addr_info").EnumerateArray()
            .Where(address => address.GetProperty("scope").GetString() == "global")
            .Select(address => $"{address.GetProperty("local").GetString()}/{address.GetProperty("prefixlen").GetInt32()}")];

    /// <summary>Routes that are not the kernel's, in ip's words.</summary>
    internal List<string> Routes(string family, string table) =>
        [.. _inside.Ip(family, "route", "show", "table", table).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains("proto static", StringComparison.Ordinal))];

    /// <summary>Source rules, in ip's words.</summary>
    internal List<string> Rules(string family) =>
        [.. _inside.Ip(family, "rule").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("from all", StringComparison.Ordinal)).Select(line => line.Replace('\t', ' '))];

    internal string RootLinks() => _root.Ip("-br", "link");

    internal string ReadFile(string relative) => File.ReadAllText(Path.Combine(_folder.FullName, relative));

    internal bool FileExists(string relative) => File.Exists(Path.Combine(_folder.FullName, relative));

    public void Dispose()
    {
        _inside.Dispose();
        _root.Dispose();
        _fabric.Dispose();
        _folder.Delete(recursive: true);
    }
}
