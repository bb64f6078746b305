// Networks that carry nothing and keep Neutron's rules.
using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.Networking.Netns;

namespace Amphora.Controller.Drivers.Networking.Noop;

/// <summary>For tests of what is above, and for measuring it. Every subnet id is known: it is a subnet of its own network unless another one
/// was added, or it was removed.</summary>
/// <param name="folder">Where ports and security groups are remembered for all controllers; null: in this process only.</param>
internal sealed class NoopNetworkDriver(string? folder = null) : INetworkDriver
{
    // For measurements of network equipment (RFC 2544): room for many ports, and nobody's.
    private static readonly Cidr s_everywhere = new(new IPAddress([198, 18, 0, 0]), 15);

    private readonly ConcurrentDictionary<Guid, Subnet> _subnets = [];
    private readonly ConcurrentDictionary<Guid, bool> _removed = [];
    private readonly NoopMemory<NetworkPort> _ports = new(folder is null ? null : Path.Combine(folder, "ports"), NoopNetworkJson.Default.NoopChangeNetworkPort);
    private readonly NoopMemory<NoopSecurityGroup> _groups = new(folder is null ? null : Path.Combine(folder, "security-groups"), NoopNetworkJson.Default.NoopChangeNoopSecurityGroup);
    private uint _next;

    /// <summary>The rules of a security group.</summary>
    public ValueList<SecurityRule> Rules(Guid group) => _groups.Hold(groups => groups[Key(group)]!.Rules);

    /// <summary>Names of the security groups there are.</summary>
    public IReadOnlyCollection<string> SecurityGroups => _groups.Hold(static groups => groups.All.Select(static group => group.Name).ToList());

    /// <summary>Makes a subnet.</summary>
    public void Add(Subnet subnet) => _subnets[subnet.Id] = subnet;

    /// <summary>From now on there is no such subnet.</summary>
    public void Remove(Guid subnet) => _removed[subnet] = true;

    /// <inheritdoc/>
    public Task<Network?> GetNetworkAsync(Guid id, CancellationToken cancellationToken) =>
        Task.FromResult<Network?>(new Network { Id = id, Name = $"noop-{id}", Mtu = 1500 });

    /// <inheritdoc/>
    public Task<Subnet?> GetSubnetAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_removed.ContainsKey(id) ? null : Of(id));

    /// <inheritdoc/>
    public Task<Subnet?> FindSubnetAsync(string nameOrId, CancellationToken cancellationToken) =>
        Task.FromResult(Guid.TryParse(nameOrId, out var id) ? Of(id) : _subnets.Values.FirstOrDefault(subnet => subnet.Name == nameOrId));

    /// <inheritdoc/>
    public Task<NetworkPort> CreatePortAsync(PortRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = Guid.NewGuid();
        return Task.FromResult(_ports.Hold(ports => ports.Set(Key(id), new NetworkPort
        {
            Id = id,
            Name = request.Name,
            NetworkId = request.NetworkId,
            MacAddress = new PhysicalAddress([0x02, .. RandomNumberGenerator.GetBytes(5)]),
            FixedIps = Addresses(ports.All, request.FixedIps.Count == 0 ? [new WantedIp(request.NetworkId, null)] : request.FixedIps),
            AdminStateUp = request.AdminStateUp,
            DeviceId = request.DeviceId,
            DeviceOwner = request.DeviceOwner,
            SecurityGroups = request.SecurityGroups,
            CreatedAt = TimeProvider.System.GetUtcNow(),
        })));
    }

    /// <inheritdoc/>
    public Task<NetworkPort?> GetPortAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_ports.Hold(ports => ports[Key(id)]));

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkPort>> FindPortsAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NetworkPort>>(_ports.Hold(ports => ports.All.Where(port => port.Name == name).ToList()));

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkPort>> ListPortsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NetworkPort>>(_ports.Hold(static ports => ports.All.ToList()));

    /// <inheritdoc/>
    public Task<NetworkPort> UpdatePortAsync(Guid id, PortChange change, CancellationToken cancellationToken) => Task.FromResult(_ports.Hold(ports =>
    {
        var port = ports[Key(id)] ?? throw new DriverException($"cannot change port {id}: there is none", DriverErrorKind.NotFound);
        return ports.Set(Key(id), port with
        {
            AdminStateUp = change.AdminStateUp ?? port.AdminStateUp,
            AllowedAddresses = change.AllowedAddresses ?? port.AllowedAddresses,
            SecurityGroups = change.SecurityGroups ?? port.SecurityGroups,
            FixedIps = change.FixedIps is { } wanted ? Addresses(ports.All.Where(other => other.Id != id), wanted) : port.FixedIps,
        });
    }));

    /// <inheritdoc/>
    public Task DeletePortAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_ports.Hold(ports => ports.Remove(Key(id))));

    /// <inheritdoc/>
    public Task<Guid> CreateSecurityGroupAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_groups.Hold(groups =>
    {
        if (Named(groups, name) is { } there)
        {
            return there;
        }

        var id = Guid.NewGuid();
        return groups.Set(Key(id), new NoopSecurityGroup(id, name, TimeProvider.System.GetUtcNow(), [])).Id;
    }));

    /// <inheritdoc/>
    public Task<Guid?> FindSecurityGroupAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_groups.Hold(groups => Named(groups, name)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<NetworkSecurityGroup>> ListSecurityGroupsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NetworkSecurityGroup>>(
        _groups.Hold(static groups => groups.All.Select(static group => new NetworkSecurityGroup(group.Id, group.Name, group.CreatedAt)).ToList()));

    /// <inheritdoc/>
    public Task SetRulesAsync(Guid securityGroupId, ValueList<SecurityRule> rules, CancellationToken cancellationToken) => Task.FromResult(_groups.Hold(groups =>
    {
        var group = groups[Key(securityGroupId)] ?? throw new DriverException($"cannot set the rules of security group {securityGroupId}: there is none", DriverErrorKind.NotFound);
        return groups.Set(Key(securityGroupId), group with { Rules = rules });
    }));

    /// <inheritdoc/>
    public Task DeleteSecurityGroupAsync(Guid securityGroupId, CancellationToken cancellationToken) => Task.FromResult(_groups.Hold(groups =>
        _ports.Hold(ports => ports.All.FirstOrDefault(port => port.SecurityGroups.Contains(securityGroupId))) is { } port
            ? throw new DriverException($"cannot delete security group {securityGroupId}: port {port.Id} ({port.Name}) has it", DriverErrorKind.Conflict)
            : groups.Remove(Key(securityGroupId))));

    private static string Key(Guid id) => id.ToString();

    private static Guid? Named(NoopMemory<NoopSecurityGroup> groups, string name) => groups.All.FirstOrDefault(group => group.Name == name)?.Id;

    private Subnet Of(Guid id) => _subnets.GetValueOrDefault(id) ?? new Subnet { Id = id, NetworkId = id, Name = $"noop-{id}", Cidr = s_everywhere };

    private ValueList<FixedIp> Addresses(IEnumerable<NetworkPort> others, ValueList<WantedIp> wanted)
    {
        var taken = others.SelectMany(static port => port.FixedIps).Select(static ip => (ip.SubnetId, ip.IpAddress)).ToHashSet();
        return [.. wanted.Select(one => new FixedIp(one.SubnetId, one.IpAddress is { } address ? Take(taken, one.SubnetId, address) : Any(taken, Of(one.SubnetId))))];
    }

    private static IPAddress Take(HashSet<(Guid Subnet, IPAddress Address)> taken, Guid subnet, IPAddress address) => taken.Add((subnet, address))
        ? address
        : throw new DriverException($"cannot take address {address}: it is in use in subnet {subnet}", DriverErrorKind.Conflict);

    private IPAddress Any(HashSet<(Guid Subnet, IPAddress Address)> taken, Subnet subnet)
    {
        var bytes = subnet.Cidr.Address.GetAddressBytes();
        while (true)
        {
            // The first ten are left to whoever names addresses.
            var number = ++_next + 10;
            var address = (byte[])bytes.Clone();
            (address[^1], address[^2], address[^3]) = ((byte)number, (byte)(address[^2] + (number >> 8)), (byte)(address[^3] + (number >> 16)));
            if (taken.Add((subnet.Id, new IPAddress(address))))
            {
                return new IPAddress(address);
            }
        }
    }
}

/// <summary>A security group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Rules">What may come in.</param>
internal sealed record NoopSecurityGroup(Guid Id, string Name, DateTimeOffset CreatedAt, ValueList<SecurityRule> Rules);

/// <summary>Source generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(IPAddressConverter), typeof(CidrConverter), typeof(PhysicalAddressConverter), typeof(ValueListConverter<FixedIp>), typeof(ValueListConverter<Guid>),
        typeof(ValueListConverter<IPAddress>), typeof(ValueListConverter<SecurityRule>),
    ])]
[JsonSerializable(typeof(NoopChange<NetworkPort>))]
[JsonSerializable(typeof(NoopChange<NoopSecurityGroup>))]
internal sealed partial class NoopNetworkJson : JsonSerializerContext;
