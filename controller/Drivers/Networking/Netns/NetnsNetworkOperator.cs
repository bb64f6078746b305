// What an operator does with the networks of this host: makes them, and lets clients and members in.
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Networks and subnets; what is there already is found again by its name.</summary>
/// <param name="options">Ranges and limits.</param>
/// <param name="state">Files, kernel and lock.</param>
/// <param name="driver">Makes and plugs ports.</param>
internal sealed class NetnsNetworkOperator(NetnsNetworkOptions options, NetnsState state, NetnsNetworkDriver driver)
{
    /// <summary>The ready-made network and its subnet of IPv4.</summary>
    public const string Demo = "demo";

    /// <summary>The ready-made network's subnet of IPv6.</summary>
    public const string DemoIPv6 = "demo-ipv6";

    /// <summary>Network, subnet and security group that agents are reached by.</summary>
    public const string Management = "management";

    private const int StandardMtu = 1500;
    private const string WayIn = "amphora:connection";
    private const UnixFileMode RuntimeMode = (UnixFileMode)0b111_001_001;

    /// <summary>Every network.</summary>
    public IReadOnlyList<Network> Networks => [.. state.Networks.All().Select(entry => entry.Network).OrderBy(network => network.Name, StringComparer.Ordinal)];

    /// <summary>Every subnet.</summary>
    public IReadOnlyList<Subnet> Subnets => [.. state.Subnets.All().OrderBy(subnet => subnet.Name, StringComparer.Ordinal)];

    /// <summary>A network by name or id.</summary>
    /// <exception cref="DriverException">There is none, or several have the name.</exception>
    public Network Network(string nameOrId) => Only(Networks, "network", nameOrId, static network => (network.Id, network.Name));

    /// <summary>A subnet by name or id.</summary>
    /// <exception cref="DriverException">There is none, or several have the name.</exception>
    public Subnet Subnet(string nameOrId) => Only(Subnets, "subnet", nameOrId, static subnet => (subnet.Id, subnet.Name));

    /// <summary>What a network is called.</summary>
    public string NameOf(Guid network) => state.Networks.Find(network)?.Network.Name ?? "";

    /// <summary>Makes what a first load balancer needs: the management network, and network <c>demo</c> with subnets <c>demo</c> and <c>demo-ipv6</c>.</summary>
    /// <returns>The subnet <c>demo</c>.</returns>
    public async Task<Subnet> InitializeAsync(CancellationToken cancellationToken)
    {
        await EnsureManagementAsync(cancellationToken);
        var network = await CreateNetworkAsync(Demo, null, cancellationToken);
        await CreateSubnetAsync(network.Id, DemoIPv6, options.DemoCidrIPv6, AddressPicker.First(options.DemoCidrIPv6), cancellationToken);
        return await CreateSubnetAsync(network.Id, Demo, options.DemoCidr, AddressPicker.First(options.DemoCidr), cancellationToken);
    }

    /// <summary>Makes a network, and its bridge; the one there is when the name is known.</summary>
    public Task<Network> CreateNetworkAsync(string name, int? mtu, CancellationToken cancellationToken) => state.ChangeAsync($"make network {name}", () =>
    {
        var entry = state.Networks.All().FirstOrDefault(entry => entry.Network.Name == name)
            ?? new NetworkEntry(new Network { Id = Guid.NewGuid(), Name = name, Mtu = mtu ?? StandardMtu }, IsManagement: false);
        state.Networks.Write(entry.Network.Id, entry);
        state.EnsureNetwork(entry);
        return Task.FromResult(entry.Network);
    }, cancellationToken);

    /// <summary>Makes a subnet; the one there is when the network has one of that name and range.</summary>
    /// <exception cref="DriverException">No such network (NotFound), or another subnet of it has some of the addresses (Conflict).</exception>
    public Task<Subnet> CreateSubnetAsync(Guid networkId, string name, Cidr cidr, IPAddress? gateway, CancellationToken cancellationToken) => state.ChangeAsync($"make subnet {name}", () =>
    {
        var network = state.Networks.Find(networkId) ?? throw new DriverException($"cannot make subnet {name}: there is no network {networkId}", DriverErrorKind.NotFound);
        var others = state.Subnets.All().Where(subnet => subnet.NetworkId == networkId).ToList();
        if (others.Find(subnet => subnet.Name == name && subnet.Cidr == cidr) is { } known)
        {
            state.EnsureNetwork(network);
            return Task.FromResult(known);
        }

        if (cidr.HasHostBits || (gateway is not null && !cidr.Contains(gateway)))
        {
            throw new DriverException($"cannot make subnet {name}: {cidr} has bits behind its prefix, or not the gateway {gateway}", DriverErrorKind.NotFound);
        }

        // The fabric routes between all networks: an address is somewhere once.
        if (state.Subnets.All().FirstOrDefault(subnet => Overlap(subnet.Cidr, cidr)) is { } other)
        {
            throw new DriverException($"cannot make subnet {name}: subnet {other.Name} has addresses of {cidr}", DriverErrorKind.Conflict);
        }

        var subnet = new Subnet { Id = Guid.NewGuid(), NetworkId = networkId, Name = name, Cidr = cidr, GatewayIp = gateway };
        state.Subnets.Write(subnet.Id, subnet);
        state.EnsureNetwork(network);
        return Task.FromResult(subnet);
    }, cancellationToken);

    /// <summary>Removes a subnet; none is fine.</summary>
    /// <exception cref="DriverException">A port has an address of it (Conflict).</exception>
    public Task DeleteSubnetAsync(Guid id, CancellationToken cancellationToken) => state.ChangeAsync($"delete subnet {id}", () =>
    {
        if (state.Ports.All().FirstOrDefault(entry => entry.Port.FixedIps.Exists(ip => ip.SubnetId == id)) is { } user)
        {
            throw new DriverException($"cannot delete subnet {id}: port {user.Port.Name} ({user.Port.Id}) has an address of it", DriverErrorKind.Conflict);
        }

        if (state.Subnets.Find(id) is { } subnet)
        {
            if (subnet.GatewayIp is { } gateway)
            {
                state.Fabric.RemoveGateway(subnet.NetworkId, gateway, subnet.Cidr.PrefixLength);
            }

            state.Subnets.Delete(id);
        }

        return Task.CompletedTask;
    }, cancellationToken);

    /// <summary>Removes a network; none is fine.</summary>
    /// <exception cref="DriverException">It has subnets or ports (Conflict).</exception>
    public Task DeleteNetworkAsync(Guid id, CancellationToken cancellationToken) => state.ChangeAsync($"delete network {id}", () =>
    {
        if (state.Subnets.All().Any(subnet => subnet.NetworkId == id) || state.Ports.All().Any(entry => entry.Port.NetworkId == id))
        {
            throw new DriverException($"cannot delete network {id}: it has subnets or ports", DriverErrorKind.Conflict);
        }

        state.Fabric.RemoveNetwork(id);
        state.Networks.Delete(id);
        return Task.CompletedTask;
    }, cancellationToken);

    /// <summary>Lets a namespace into a network: it gets a link with an address, and the subnet's gateway as the way out when it has none yet.
    /// Nothing is filtered. For clients and members; <see cref="DisconnectAsync"/> takes it out.</summary>
    /// <param name="networkId">Into this network.</param>
    /// <param name="networkNamespace">The namespace, which is there.</param>
    /// <param name="address">The address; null: any, of IPv4 when there is such a subnet.</param>
    /// <param name="cancellationToken">Ends the wait for the lock.</param>
    public async Task<NetworkPort> ConnectAsync(Guid networkId, string networkNamespace, IPAddress? address, CancellationToken cancellationToken)
    {
        var name = $"connection-{networkNamespace}";
        var subnet = state.Subnets.All().OrderBy(subnet => subnet.Cidr.Family == AddressFamily.InterNetworkV6).FirstOrDefault(subnet => subnet.NetworkId == networkId && (address is null || subnet.Cidr.Contains(address)))
            ?? throw new DriverException($"cannot connect {networkNamespace}: network {networkId} has no subnet with {address?.ToString() ?? "addresses"}", DriverErrorKind.NotFound);
        var port = (await driver.FindPortsAsync(name, cancellationToken)).FirstOrDefault(port => port.NetworkId == networkId
            && port.FixedIps.Exists(ip => ip.SubnetId == subnet.Id && (address is null || ip.IpAddress.Equals(address))))
            ?? await driver.CreatePortAsync(
                new PortRequest { Name = name, NetworkId = networkId, FixedIps = [new WantedIp(subnet.Id, address)], DeviceId = networkNamespace, DeviceOwner = WayIn },
                isFiltered: false,
                cancellationToken);
        await driver.PlugAsync(port.Id, new PortPlug(networkNamespace, $"amp-{NetnsNames.Short(port.Id)[..8]}"), networkNamespace, WayIn, cancellationToken);
        await state.ChangeAsync(
            $"connect {networkNamespace}", () => NetnsLink.ConfigureAsync(networkNamespace, port, subnet, usesGateway: true, CancellationToken.None), CancellationToken.None);
        return port;
    }

    /// <summary>Connects to somebody in a network, from the gateway's side.</summary>
    /// <returns>Why nobody accepted the connection; null: somebody did.</returns>
    public async Task<string?> ProbeAsync(IPEndPoint place, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!state.Fabric.Exists)
        {
            return "the networks are not there";
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        using var socket = NetworkNamespace.Run(state.Names.Fabric, () => new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(place, limited.Token);
            return null;
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no connection within {limit.TotalSeconds:0.#} s";
        }
    }

    /// <summary>Undoes <see cref="ConnectAsync"/>.</summary>
    public Task DisconnectAsync(Guid portId, CancellationToken cancellationToken) => driver.DeletePortAsync(portId, cancellationToken);

    /// <summary>The management network's subnet, made when it is not there: a part of the range that nothing on this host has.</summary>
    public async Task<Subnet> EnsureManagementAsync(CancellationToken cancellationToken)
    {
        var subnet = await state.ChangeAsync("make the management network", async () =>
        {
            Directory.CreateDirectory(options.RuntimeDirectory, RuntimeMode);
            // Two states must not take the same part at the same time.
            await using var host = await FileLock.TakeAsync(Path.Combine(options.RuntimeDirectory, "management.lock"), options.LockLimit, CancellationToken.None);
            return EnsureManagement();
        }, cancellationToken);
        var group = await driver.CreateSecurityGroupAsync(Management, cancellationToken);
        ValueList<SecurityRule> rules = [new SecurityRule("tcp", AmphoraAddress.DefaultPort, IsIPv6: false, new Cidr(subnet.GatewayIp!, 32))];
        if (state.Groups.Find(group)?.Rules != rules)
        {
            await driver.SetRulesAsync(group, rules, cancellationToken);
        }

        return subnet;
    }

    /// <summary>Name of an amphora's port in the management network.</summary>
    public static string ManagementPort(Guid amphoraId) => $"amphora-management-{amphoraId}";

    /// <summary>An amphora's port in the management network, made when it is not there.</summary>
    public async Task<(NetworkPort Port, Subnet Subnet)> EnsureManagementPortAsync(Guid amphoraId, CancellationToken cancellationToken)
    {
        var subnet = await EnsureManagementAsync(cancellationToken);
        var group = await driver.FindSecurityGroupAsync(Management, cancellationToken);
        var name = ManagementPort(amphoraId);
        var port = await driver.FindPortsAsync(name, cancellationToken) is [var known, ..] ? known : await driver.CreatePortAsync(
            new PortRequest { Name = name, NetworkId = subnet.NetworkId, FixedIps = [new WantedIp(subnet.Id, null)], SecurityGroups = [group!.Value] }, cancellationToken);
        return (port, subnet);
    }

    /// <summary>Removes everything: bridges, ports, files. Machines have to be deleted before.</summary>
    public Task DeleteAllAsync(CancellationToken cancellationToken) => state.ChangeAsync("delete all networks", () =>
    {
        state.Fabric.Delete();
        state.Delete();
        return Task.CompletedTask;
    }, cancellationToken);

    private static T Only<T>(IReadOnlyList<T> all, string kind, string nameOrId, Func<T, (Guid Id, string Name)> called) =>
        all.Where(one => called(one).Id.ToString() == nameOrId || called(one).Name == nameOrId).ToList() is [var only]
            ? only
            : throw new DriverException($"there is no {kind}, or more than one, that is called {nameOrId}", DriverErrorKind.NotFound);

    private static bool Overlap(Cidr one, Cidr other) =>
        one.Contains(other.Address) || other.Contains(one.Address);

    private Subnet EnsureManagement()
    {
        var entry = state.Networks.All().FirstOrDefault(entry => entry.IsManagement)
            ?? new NetworkEntry(new Network { Id = Guid.NewGuid(), Name = Management, Mtu = StandardMtu }, IsManagement: true);
        state.Networks.Write(entry.Network.Id, entry);
        var subnet = state.Subnets.All().FirstOrDefault(subnet => subnet.NetworkId == entry.Network.Id);
        if (subnet is null)
        {
            var cidr = FreePart();
            subnet = new Subnet { Id = Guid.NewGuid(), NetworkId = entry.Network.Id, Name = Management, Cidr = cidr, GatewayIp = AddressPicker.First(cidr) };
            state.Subnets.Write(subnet.Id, subnet);
        }

        state.EnsureNetwork(entry);
        return subnet;
    }

    private Cidr FreePart()
    {
        using var host = RouteNetlink.Open(null);
        var taken = host.ReadAddresses().Where(address => address.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(address => new Cidr(address.Address, address.PrefixLength)).Concat(state.Subnets.All().Select(subnet => subnet.Cidr)).ToList();
        var parts = 1u << (options.ManagementPrefixLength - options.ManagementRange.PrefixLength);
        for (var i = 0u; i < parts; i++)
        {
            var part = AddressPicker.Part(options.ManagementRange, options.ManagementPrefixLength, (state.Names.Number % parts) + i);
            if (!taken.Exists(other => Overlap(other, part)))
            {
                return part;
            }
        }

        throw new DriverException($"cannot make a management network: this host has addresses of every /{options.ManagementPrefixLength} of {options.ManagementRange}", DriverErrorKind.Exhausted);
    }
}
