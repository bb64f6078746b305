// Networks, subnets, ports and security groups (Neutron's part of the work; flows.md §4).
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking;

/// <summary>Neutron's objects as far as load balancers need them. How a VIP is made of them is the Vips slice's, for every driver alike.
/// Deleting what is not there is fine.</summary>
internal interface INetworkDriver
{
    /// <summary>A network by id; null when there is none.</summary>
    Task<Network?> GetNetworkAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>A subnet by id; null when there is none.</summary>
    Task<Subnet?> GetSubnetAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>A subnet by name or id, for the command line.</summary>
    /// <exception cref="DriverException">Several have the name (Conflict).</exception>
    Task<Subnet?> FindSubnetAsync(string nameOrId, CancellationToken cancellationToken);

    /// <summary>Makes a port. An address that is not asked for is chosen; addresses of one port are chosen at once or not at all.</summary>
    /// <exception cref="DriverException">Address in use (Conflict), none left (Exhausted), network or subnet missing (NotFound).</exception>
    Task<NetworkPort> CreatePortAsync(PortRequest request, CancellationToken cancellationToken);

    /// <summary>A port by id; null when there is none.</summary>
    Task<NetworkPort?> GetPortAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Ports by name; the names of load balancers' ports are unique by construction (flows.md §4).</summary>
    Task<IReadOnlyList<NetworkPort>> FindPortsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Every port of load balancers, for the search of orphans.</summary>
    Task<IReadOnlyList<NetworkPort>> ListPortsAsync(CancellationToken cancellationToken);

    /// <summary>Replaces what may change of a port.</summary>
    /// <exception cref="DriverException">There is no such port (NotFound).</exception>
    Task<NetworkPort> UpdatePortAsync(Guid id, PortChange change, CancellationToken cancellationToken);

    /// <summary>Removes a port, also when it is plugged.</summary>
    Task DeletePortAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Makes a security group; the one there is when the name is known.</summary>
    /// <returns>Its id.</returns>
    Task<Guid> CreateSecurityGroupAsync(string name, CancellationToken cancellationToken);

    /// <summary>A security group by name; null when there is none.</summary>
    Task<Guid?> FindSecurityGroupAsync(string name, CancellationToken cancellationToken);

    /// <summary>Every security group there is, for the search of orphans.</summary>
    Task<IReadOnlyList<NetworkSecurityGroup>> ListSecurityGroupsAsync(CancellationToken cancellationToken);

    /// <summary>Brings the ingress rules of a group to these: superfluous ones go first, then missing ones come (flows.md §4.2).</summary>
    /// <exception cref="DriverException">There is no such group (NotFound).</exception>
    Task SetRulesAsync(Guid securityGroupId, ValueList<SecurityRule> rules, CancellationToken cancellationToken);

    /// <summary>Removes a group.</summary>
    /// <exception cref="DriverException">A port has it (Conflict).</exception>
    Task DeleteSecurityGroupAsync(Guid securityGroupId, CancellationToken cancellationToken);

    /// <summary>What this driver has made and does not know any more; only drivers that make things in the kernel can have such.</summary>
    Task<IReadOnlyList<Stray>> ListStraysAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Stray>>([]);

    /// <summary>Removes it, when it is still a stray.</summary>
    Task DeleteStrayAsync(Stray stray, CancellationToken cancellationToken) => Task.CompletedTask;
}
