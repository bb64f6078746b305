// Networks that carry nothing and keep Neutron's rules.
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking.Noop;

/// <summary>Networks in memory: for tests of what is above, and for measuring it. Every subnet id is known: it is a subnet of its own network
/// unless another one was added. Every port that is changed is known.</summary>
internal sealed class NoopNetworkDriver : INetworkDriver
{
    // For measurements of network equipment (RFC 2544): room for many ports, and nobody's.
    private static readonly Cidr s_everywhere = new(new IPAddress([198, 18, 0, 0]), 15);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Subnet> _subnets = [];
    private readonly Dictionary<Guid, NetworkPort> _ports = [];
    private readonly Dictionary<Guid, (NetworkSecurityGroup Group, ValueList<SecurityRule> Rules)> _groups = [];
    private readonly HashSet<(Guid Subnet, IPAddress Address)> _taken = [];
    private uint _next;

    /// <summary>The rules of a security group.</summary>
    public ValueList<SecurityRule> Rules(Guid group)
    {
        lock (_lock)
        {
            return _groups[group].Rules;
        }
    }

    /// <summary>Names of the security groups there are.</summary>
    public IReadOnlyCollection<string> SecurityGroups
    {
        get
        {
            lock (_lock)
            {
                return [.. _groups.Values.Select(static group => group.Group.Name)];
            }
        }
    }

    /// <summary>Makes a subnet.</summary>
    public void Add(Subnet subnet)
    {
        lock (_lock)
        {
            _subnets[subnet.Id] = subnet;
        }
    }

    /// <inheritdoc/>
    public Task<Network?> GetNetworkAsync(Guid id, CancellationToken cancellationToken) =>
        Task.FromResult<Network?>(new Network { Id = id, Name = $"noop-{id}", Mtu = 1500 });

    /// <inheritdoc/>
    public Task<Subnet?> GetSubnetAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<Subnet?>(Of(id));
        }
    }

    /// <inheritdoc/>
    public Task<Subnet?> FindSubnetAsync(string nameOrId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Guid.TryParse(nameOrId, out var id) ? Of(id) : _subnets.Values.FirstOrDefault(subnet => subnet.Name == nameOrId));
        }
    }

    /// <inheritdoc/>
    public Task<NetworkPort> CreatePortAsync(PortRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var port = new NetworkPort
            {
                Id = Guid.NewGuid(),
                Name = request.Name,
                NetworkId = request.NetworkId,
                MacAddress = new PhysicalAddress([0x02, .. RandomNumberGenerator.GetBytes(5)]),
                FixedIps = Addresses(request.FixedIps.Count == 0 ? [new WantedIp(request.NetworkId, null)] : request.FixedIps),
                AdminStateUp = request.AdminStateUp,
                DeviceId = request.DeviceId,
                DeviceOwner = request.DeviceOwner,
                SecurityGroups = request.SecurityGroups,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            };
            return Task.FromResult(_ports[port.Id] = port);
        }
    }

    /// <inheritdoc/>
    public Task<NetworkPort?> GetPortAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_ports.GetValueOrDefault(id));
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NetworkPort>> FindPortsAsync(string name, CancellationToken cancellationToken) =>
        [.. (await ListPortsAsync(cancellationToken)).Where(port => port.Name == name)];

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkPort>> ListPortsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<NetworkPort>>([.. _ports.Values]);
        }
    }

    /// <inheritdoc/>
    public Task<NetworkPort> UpdatePortAsync(Guid id, PortChange change, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var port = Known(id);
            return Task.FromResult(_ports[id] = port with
            {
                AdminStateUp = change.AdminStateUp ?? port.AdminStateUp,
                AllowedAddresses = change.AllowedAddresses ?? port.AllowedAddresses,
                SecurityGroups = change.SecurityGroups ?? port.SecurityGroups,
                FixedIps = change.FixedIps is { } wanted ? Replaced(port, wanted) : port.FixedIps,
            });
        }
    }

    /// <inheritdoc/>
    public Task DeletePortAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ports.Remove(id, out var port))
            {
                Free(port.FixedIps);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Guid> CreateSecurityGroupAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var id = Named(name) ?? Guid.NewGuid();
            _groups.TryAdd(id, (new NetworkSecurityGroup(id, name, TimeProvider.System.GetUtcNow()), []));
            return Task.FromResult(id);
        }
    }

    /// <inheritdoc/>
    public Task<Guid?> FindSecurityGroupAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Named(name));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkSecurityGroup>> ListSecurityGroupsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<NetworkSecurityGroup>>([.. _groups.Values.Select(static group => group.Group)]);
        }
    }

    /// <inheritdoc/>
    public Task SetRulesAsync(Guid securityGroupId, ValueList<SecurityRule> rules, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _groups[securityGroupId] = _groups.TryGetValue(securityGroupId, out var group)
                ? (group.Group, rules)
                : throw new DriverException($"cannot set the rules of security group {securityGroupId}: there is none", DriverErrorKind.NotFound);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteSecurityGroupAsync(Guid securityGroupId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ports.Values.FirstOrDefault(port => port.SecurityGroups.Contains(securityGroupId)) is { } port)
            {
                throw new DriverException($"cannot delete security group {securityGroupId}: port {port.Id} ({port.Name}) has it", DriverErrorKind.Conflict);
            }

            _groups.Remove(securityGroupId);
        }

        return Task.CompletedTask;
    }

    private Subnet Of(Guid id) => _subnets.GetValueOrDefault(id) ?? new Subnet { Id = id, NetworkId = id, Name = $"noop-{id}", Cidr = s_everywhere };

    // A port that another process made, which had a memory of its own.
    private NetworkPort Known(Guid id) => _ports.GetValueOrDefault(id)
        ?? new NetworkPort { Id = id, Name = $"noop-{id}", NetworkId = id, MacAddress = new PhysicalAddress([0x02, .. RandomNumberGenerator.GetBytes(5)]) };

    private Guid? Named(string name) => _groups.Where(group => group.Value.Group.Name == name).Select(static group => (Guid?)group.Key).FirstOrDefault();

    private ValueList<FixedIp> Replaced(NetworkPort port, ValueList<WantedIp> wanted)
    {
        Free(port.FixedIps);
        return Addresses(wanted);
    }

    private void Free(ValueList<FixedIp> addresses) => _taken.ExceptWith(addresses.Select(static address => (address.SubnetId, address.IpAddress)));

    private ValueList<FixedIp> Addresses(ValueList<WantedIp> wanted) => [.. wanted.Select(one => new FixedIp(one.SubnetId, one.IpAddress is { } address ? Take(one.SubnetId, address) : Any(Of(one.SubnetId))))];

    private IPAddress Take(Guid subnet, IPAddress address) => _taken.Add((subnet, address))
        ? address
        : throw new DriverException($"cannot take address {address}: it is in use in subnet {subnet}", DriverErrorKind.Conflict);

    private IPAddress Any(Subnet subnet)
    {
        var bytes = subnet.Cidr.Address.GetAddressBytes();
        while (true)
        {
            // The first ten are left to whoever names addresses.
            var number = ++_next + 10;
            var address = (byte[])bytes.Clone();
            (address[^1], address[^2], address[^3]) = ((byte)number, (byte)(address[^2] + (number >> 8)), (byte)(address[^3] + (number >> 16)));
            if (_taken.Add((subnet.Id, new IPAddress(address))))
            {
                return new IPAddress(address);
            }
        }
    }
}
