// Networks of this host: bridges in a namespace, ports as pairs of virtual links, security groups as nftables.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>The embedded network driver. Any number of controllers of one host may use one state directory.</summary>
internal sealed class NetnsNetworkDriver : INetworkDriver
{
    // Names of load balancers' ports (flows.md §4).
    private const string LoadBalancerPorts = "octavia-lb-";

    private readonly NetnsState _state;
    private readonly NetnsSecurityGroups _groups;

    public NetnsNetworkDriver(NetnsNetworkOptions options)
    {
        Options = options;
        _state = new NetnsState(options);
        _groups = new NetnsSecurityGroups(_state);
        Operator = new NetnsNetworkOperator(options, _state, this);
    }

    /// <summary>What an operator does: networks, subnets, ways in for clients and members.</summary>
    public NetnsNetworkOperator Operator { get; }

    /// <summary>What links and namespaces are called.</summary>
    internal NetnsNames Names => _state.Names;

    /// <summary>What it was made with.</summary>
    internal NetnsNetworkOptions Options { get; }

    public Task<Network?> GetNetworkAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_state.Networks.Find(id)?.Network);

    public Task<Subnet?> GetSubnetAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_state.Subnets.Find(id));

    public Task<Subnet?> FindSubnetAsync(string nameOrId, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(nameOrId, out var id) && _state.Subnets.Find(id) is { } known)
        {
            return Task.FromResult<Subnet?>(known);
        }

        var named = _state.Subnets.All().Where(subnet => subnet.Name == nameOrId).ToList();
        return named.Count <= 1 ? Task.FromResult(named.FirstOrDefault())
            : throw new DriverException($"cannot tell which subnet {nameOrId} is: {named.Count} have the name", DriverErrorKind.Conflict);
    }

    public Task<NetworkPort> CreatePortAsync(PortRequest request, CancellationToken cancellationToken) => CreatePortAsync(request, isFiltered: true, cancellationToken);

    public Task<NetworkPort?> GetPortAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_state.Ports.Find(id)?.Port);

    public Task<IReadOnlyList<NetworkPort>> FindPortsAsync(string name, CancellationToken cancellationToken) => PortsAsync(port => port.Name == name);

    public Task<IReadOnlyList<NetworkPort>> ListPortsAsync(CancellationToken cancellationToken) =>
        PortsAsync(port => port.Name.StartsWith(LoadBalancerPorts, StringComparison.Ordinal));

    public Task<NetworkPort> UpdatePortAsync(Guid id, PortChange change, CancellationToken cancellationToken) => _state.ChangeAsync($"change port {id}", async () =>
    {
        var entry = Entry(id);
        var port = entry.Port with
        {
            AdminStateUp = change.AdminStateUp ?? entry.Port.AdminStateUp,
            AllowedAddresses = change.AllowedAddresses ?? entry.Port.AllowedAddresses,
            SecurityGroups = change.SecurityGroups is { } groups ? Known(groups) : entry.Port.SecurityGroups,
            FixedIps = change.FixedIps is { } wanted ? Choose(entry.Port.NetworkId, wanted, entry.Port) : entry.Port.FixedIps,
        };
        await SettleAsync(entry with { Port = port });
        return port;
    }, cancellationToken);

    public Task DeletePortAsync(Guid id, CancellationToken cancellationToken) => _state.ChangeAsync($"delete port {id}", async () =>
    {
        if (_state.Ports.Find(id) is { } entry)
        {
            await PullAsync(entry);
            _state.Ports.Delete(id);
        }
    }, cancellationToken);

    public Task<Guid> CreateSecurityGroupAsync(string name, CancellationToken cancellationToken) => _groups.CreateAsync(name, cancellationToken);

    public Task<Guid?> FindSecurityGroupAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_groups.Find(name)?.Id);

    public Task<IReadOnlyList<NetworkSecurityGroup>> ListSecurityGroupsAsync(CancellationToken cancellationToken) => Task.FromResult(_groups.List());

    public Task SetRulesAsync(Guid securityGroupId, ValueList<SecurityRule> rules, CancellationToken cancellationToken) =>
        _groups.SetRulesAsync(securityGroupId, rules, cancellationToken);

    public Task DeleteSecurityGroupAsync(Guid securityGroupId, CancellationToken cancellationToken) => _groups.DeleteAsync(securityGroupId, cancellationToken);

    // A link's record is written before it and goes after it, so one without is a stray at once. Links first, records after.
    public Task<IReadOnlyList<Stray>> ListStraysAsync(CancellationToken cancellationToken)
    {
        var (links, known) = (_state.Fabric.Links(), KnownLinks());
        return Task.FromResult<IReadOnlyList<Stray>>([.. links.Where(link => !known.Contains(link)).Select(static link => new Stray("link", link, DateTimeOffset.MinValue))]);
    }

    public Task DeleteStrayAsync(Stray stray, CancellationToken cancellationToken) => _state.ChangeAsync($"delete link {stray.Name}", () =>
    {
        if (!KnownLinks().Contains(stray.Name))
        {
            _state.Fabric.Remove(stray.Name);
        }

        return Task.CompletedTask;
    }, cancellationToken);

    /// <summary>Makes a port.</summary>
    internal Task<NetworkPort> CreatePortAsync(PortRequest request, bool isFiltered, CancellationToken cancellationToken) => _state.ChangeAsync($"make port {request.Name}", () =>
    {
        if (_state.Networks.Find(request.NetworkId) is null)
        {
            throw new DriverException($"cannot make port {request.Name}: there is no network {request.NetworkId}", DriverErrorKind.NotFound);
        }

        var port = new NetworkPort
        {
            Id = Guid.NewGuid(),
            Name = request.Name,
            NetworkId = request.NetworkId,
            // Locally administered; 40 random bits, and none of another port.
            MacAddress = NewAddress(),
            FixedIps = Choose(request.NetworkId, request.FixedIps, null),
            AdminStateUp = request.AdminStateUp,
            DeviceId = request.DeviceId,
            DeviceOwner = request.DeviceOwner,
            SecurityGroups = Known(request.SecurityGroups),
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        _state.Ports.Write(port.Id, new PortEntry { Port = port, ProjectId = request.ProjectId, IsFiltered = isFiltered });
        return Task.FromResult(port);
    }, cancellationToken);

    /// <summary>Plugs a port into a namespace: a link with its hardware address appears there. Plugged there already is fine.</summary>
    /// <exception cref="DriverException">There is no such port (NotFound), or it is plugged elsewhere (Conflict).</exception>
    internal Task<NetworkPort> PlugAsync(Guid id, PortPlug place, string deviceId, string deviceOwner, CancellationToken cancellationToken) => _state.ChangeAsync($"plug port {id}", async () =>
    {
        var entry = Entry(id);
        var isThere = _state.Fabric.IsPlugged(id);
        if (isThere && entry.Plug is { } other && other.NetworkNamespace != place.NetworkNamespace)
        {
            throw new DriverException($"cannot plug port {id} into {place.NetworkNamespace}: it is plugged into {other.NetworkNamespace}", DriverErrorKind.Conflict);
        }

        var network = _state.Networks.Find(entry.Port.NetworkId) ?? throw new DriverException($"cannot plug port {id}: its network {entry.Port.NetworkId} is gone", DriverErrorKind.NotFound);
        _state.EnsureNetwork(network);
        var plugged = entry with { Plug = isThere ? entry.Plug ?? place : place, Port = entry.Port with { DeviceId = deviceId, DeviceOwner = deviceOwner } };
        _state.Ports.Write(id, plugged);
        if (!isThere)
        {
            _state.Fabric.Plug(plugged.Port, place, network.Network.Mtu);
        }

        await SettleAsync(plugged);
        return plugged.Port;
    }, cancellationToken);

    /// <summary>Prepares a port for a tap that a virtual machine's qemu makes in the fabric: <see cref="NetnsNames.Plug"/> is its name and
    /// <see cref="NetnsNames.Bridge"/> its bridge. The packet filter stands before the tap is there.</summary>
    /// <exception cref="DriverException">There is no such port (NotFound), or another machine has it (Conflict).</exception>
    internal Task<NetworkPort> PrepareTapAsync(Guid id, string deviceId, string deviceOwner, CancellationToken cancellationToken) => _state.ChangeAsync($"plug port {id}", async () =>
    {
        var entry = Entry(id);
        if (_state.Fabric.IsPlugged(id) && entry.Port.DeviceId != deviceId)
        {
            throw new DriverException($"cannot plug port {id} into {deviceId}: it is plugged into {entry.Port.DeviceId}", DriverErrorKind.Conflict);
        }

        _state.EnsureNetwork(_state.Networks.Find(entry.Port.NetworkId) ?? throw new DriverException($"cannot plug port {id}: its network {entry.Port.NetworkId} is gone", DriverErrorKind.NotFound));
        var plugged = entry with { Plug = new PortPlug(Names.Fabric, NetnsNames.Plug(id)), Port = entry.Port with { DeviceId = deviceId, DeviceOwner = deviceOwner } };
        _state.Ports.Write(id, plugged);
        await _state.FilterAsync(plugged);
        return plugged.Port;
    }, cancellationToken);

    /// <summary>Takes a port out of a namespace; out of another one it is left where it is, and not plugged is fine.</summary>
    internal Task UnplugAsync(Guid id, string networkNamespace, CancellationToken cancellationToken) => _state.ChangeAsync($"unplug port {id}", async () =>
    {
        if (_state.Ports.Find(id) is { } entry && entry.Plug?.NetworkNamespace == networkNamespace)
        {
            await PullAsync(entry);
            _state.Ports.Write(id, entry with { Plug = null, Port = entry.Port with { DeviceId = "", DeviceOwner = "" } });
        }
    }, cancellationToken);

    /// <summary>The ports that are plugged into a namespace, or shall be.</summary>
    internal IReadOnlyList<NetworkPort> PluggedInto(string networkNamespace) =>
        [.. _state.Ports.All().Where(entry => entry.Plug?.NetworkNamespace == networkNamespace).Select(entry => entry.Port)];

    private HashSet<string> KnownLinks() =>
        [.. _state.Ports.All().Select(static entry => NetnsNames.Plug(entry.Port.Id)), .. _state.Networks.All().Select(static entry => NetnsNames.Bridge(entry.Network.Id))];

    private Task<IReadOnlyList<NetworkPort>> PortsAsync(Func<NetworkPort, bool> isWanted) =>
        Task.FromResult<IReadOnlyList<NetworkPort>>([.. _state.Ports.All().Select(entry => entry.Port).Where(isWanted).OrderBy(port => port.Id)]);

    private PortEntry Entry(Guid id) => _state.Ports.Find(id) ?? throw new DriverException($"cannot use port {id}: there is none", DriverErrorKind.NotFound);

    // The filter stands before the port carries anything.
    private async Task SettleAsync(PortEntry entry)
    {
        _state.Ports.Write(entry.Port.Id, entry);
        if (entry.Plug is not null && _state.Fabric.IsPlugged(entry.Port.Id))
        {
            await _state.FilterAsync(entry);
            _state.Fabric.Join(entry.Port);
        }
    }

    private async Task PullAsync(PortEntry entry)
    {
        _state.Fabric.Unplug(entry.Port.Id);
        if (entry is { Plug: not null, IsFiltered: true })
        {
            await _state.ApplyAsync(FilterRenderer.Base + FilterRenderer.WithoutPort(entry.Port.Id));
        }
    }

    private ValueList<Guid> Known(ValueList<Guid> groups)
    {
        foreach (var group in groups)
        {
            if (_state.Groups.Find(group) is null)
            {
                throw new DriverException($"cannot use security group {group}: there is none", DriverErrorKind.NotFound);
            }
        }

        return groups;
    }

    private PhysicalAddress NewAddress()
    {
        var used = _state.Ports.All().Select(entry => entry.Port.MacAddress).ToHashSet();
        while (true)
        {
            var address = new PhysicalAddress([0x02, .. RandomNumberGenerator.GetBytes(5)]);
            if (!used.Contains(address))
            {
                return address;
            }
        }
    }

    // All of them or an exception: nothing has been written yet. A port that is changed keeps what it has where any will do.
    private ValueList<FixedIp> Choose(Guid networkId, ValueList<WantedIp> wanted, NetworkPort? changed)
    {
        var subnets = _state.Subnets.All().Where(subnet => subnet.NetworkId == networkId).OrderBy(subnet => subnet.Cidr.Family == AddressFamily.InterNetworkV6).ToList();
        var used = _state.Ports.All().Where(entry => entry.Port.Id != changed?.Id).SelectMany(entry => entry.Port.FixedIps)
            .ToLookup(ip => ip.SubnetId, ip => ip.IpAddress).ToDictionary(group => group.Key, group => group.ToHashSet());
        if (wanted.Count == 0 && changed is null)
        {
            return [AnyAddress(networkId, subnets, used)];
        }

        var chosen = new List<FixedIp>();
        foreach (var want in wanted)
        {
            var subnet = subnets.Find(subnet => subnet.Id == want.SubnetId)
                ?? throw new DriverException($"cannot give an address of subnet {want.SubnetId}: network {networkId} has none with that id", DriverErrorKind.NotFound);
            var kept = changed?.FixedIps.FirstOrDefault(ip => ip.SubnetId == want.SubnetId && !chosen.Contains(ip))?.IpAddress;
            var taken = used.TryGetValue(subnet.Id, out var some) ? some : used[subnet.Id] = [];
            var address = AddressPicker.Pick(subnet, want.IpAddress ?? kept, taken);
            taken.Add(address);
            chosen.Add(new FixedIp(subnet.Id, address));
        }

        return chosen.ToValueList();
    }

    private static FixedIp AnyAddress(Guid networkId, List<Subnet> subnets, Dictionary<Guid, HashSet<IPAddress>> used)
    {
        foreach (var subnet in subnets)
        {
            try
            {
                return new FixedIp(subnet.Id, AddressPicker.Pick(subnet, null, used.GetValueOrDefault(subnet.Id) ?? []));
            }
            catch (DriverException exception) when (exception.Kind == DriverErrorKind.Exhausted && subnet != subnets[^1])
            {
                // The next one may have some.
            }
        }

        throw new DriverException($"cannot give an address of network {networkId}: it has no subnet", DriverErrorKind.NotFound);
    }
}
