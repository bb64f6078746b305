// A row of load_balancers.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>A load balancer; what hangs below it are <see cref="ObjectRow"/>s.</summary>
internal sealed record LoadBalancerRow
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Owner.</summary>
    public required string ProjectId { get; init; }

    /// <summary>For people; need not be unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>False: no traffic.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Also the lock: whoever puts it into PENDING_* has it.</summary>
    public RowStatus ProvisioningStatus { get; init; } = RowStatus.PendingCreate;

    /// <summary>What heartbeats say.</summary>
    public OperatingStatus OperatingStatus { get; init; } = OperatingStatus.Offline;

    /// <summary>One amphora or two.</summary>
    public Topology Topology { get; init; } = Topology.Single;

    /// <summary>Null until it is allocated.</summary>
    public IPAddress? VipAddress { get; init; }

    /// <summary>Its port.</summary>
    public Guid? VipPortId { get; init; }

    /// <summary>Its subnet.</summary>
    public Guid? VipSubnetId { get; init; }

    /// <summary>Its network.</summary>
    public Guid? VipNetworkId { get; init; }

    /// <summary>Octavia's octavia_owned: we made the port and we delete it.</summary>
    public bool VipPortOwned { get; init; }

    /// <summary>Further VIPs.</summary>
    public ValueList<AdditionalVip> AdditionalVips { get; init; }

    /// <summary>The server group that keeps its amphorae on different hosts.</summary>
    public string? ServerGroupId { get; init; }

    /// <summary>ACTIVE_STANDBY only, once it is made.</summary>
    public VrrpGroup? VrrpGroup { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the database: the last change of a field or of the provisioning status.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    internal static SqlFragment Columns { get; } = new("""
        id, project_id, name, description, admin_state_up, provisioning_status, operating_status, topology,
        vip_address, vip_port_id, vip_subnet_id, vip_network_id, vip_port_owned, additional_vips,
        server_group_id, vrrp_group_name, vrrp_auth_type, vrrp_auth_pass, vrrp_advert_int, created_at, updated_at
        """);

    internal static LoadBalancerRow Read(SqlRow row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Text("project_id"),
        Name = row.Text("name"),
        Description = row.Text("description"),
        AdminStateUp = row.Truth("admin_state_up"),
        ProvisioningStatus = row.Word("provisioning_status", StoreNames.RowStatuses),
        OperatingStatus = row.Word("operating_status", StoreNames.OperatingStatuses),
        Topology = row.Word("topology", WireNames.Topologies),
        VipAddress = row.AddressOrNull("vip_address"),
        VipPortId = row.IdOrNull("vip_port_id"),
        VipSubnetId = row.IdOrNull("vip_subnet_id"),
        VipNetworkId = row.IdOrNull("vip_network_id"),
        VipPortOwned = row.Truth("vip_port_owned"),
        AdditionalVips = AdditionalVipText.Read(row.Text("additional_vips")),
        ServerGroupId = row.TextOrNull("server_group_id"),
        VrrpGroup = ReadVrrpGroup(row),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.TimeOrNull("updated_at"),
    };

    private static VrrpGroup? ReadVrrpGroup(SqlRow row) => row.TextOrNull("vrrp_group_name") is not { } name ? null : new VrrpGroup
    {
        VrrpGroupName = name,
        VrrpAuthType = row.Word("vrrp_auth_type", WireNames.VrrpAuthTypes),
        VrrpAuthPass = row.Text("vrrp_auth_pass"),
        AdvertInt = (int)row.Number("vrrp_advert_int"),
    };
}
