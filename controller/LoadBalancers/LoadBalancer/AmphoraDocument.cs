// The desired state document of a load balancer, as its amphorae get it.
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;
using Subnet = Amphora.Controller.Drivers.Networking.Subnet;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Pure: from rows to the text of a document (desired-state.md).</summary>
internal static class AmphoraDocument
{
    /// <summary>The document.</summary>
    /// <param name="loadBalancer">With a VIP.</param>
    /// <param name="objects">Everything below it.</param>
    /// <param name="amphorae">Those that serve it, or will; the first is the one the document is for.</param>
    /// <param name="subnets">Of its VIPs.</param>
    /// <param name="stamp">What is the controller's own.</param>
    public static byte[] Write(
        LoadBalancerRow loadBalancer, IReadOnlyList<ObjectRow> objects, IReadOnlyList<AmphoraRow> amphorae, IEnumerable<Subnet> subnets, DocumentStamp stamp)
    {
        var document = new JsonObject
        {
            ["schema_version"] = DesiredStateDocument.CurrentSchemaVersion,
            ["generation"] = stamp.Generation,
            ["amphora_id"] = amphorae[0].Id,
            ["topology"] = loadBalancer.Topology.ToWire(),
            ["loadbalancer"] = Told(LoadBalancerTree.Join(loadBalancer, objects)),
            ["amphorae"] = new JsonArray([.. amphorae.Select(Amphora)]),
            ["subnets"] = new JsonArray([.. subnets.Select(Of)]),
        };
        if (loadBalancer.VrrpGroup is { } group)
        {
            document["vrrp_group"] = new JsonObject
            {
                ["vrrp_group_name"] = group.VrrpGroupName,
                ["vrrp_auth_type"] = group.VrrpAuthType.ToWire(),
                ["vrrp_auth_pass"] = group.VrrpAuthPass,
                ["advert_int"] = group.AdvertInt,
            };
        }

        if (stamp.TlsContainers.Count > 0)
        {
            document["tls_files"] = new JsonArray([.. stamp.TlsContainers.Select(Of)]);
        }

        if (stamp.DefaultConnectionLimit is { } limit)
        {
            document["settings"] = new JsonObject { ["default_connection_limit"] = limit };
        }

        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    // A policy whose deletion failed still has the place that the others were numbered by.
    private static JsonObject Told(JsonObject tree)
    {
        var told = new ObjectTree(LoadBalancerTree.ForAmphorae(tree));
        told.Order();
        told.Renumber();
        return tree;
    }

    private static JsonObject Amphora(AmphoraRow row)
    {
        var amphora = new JsonObject { ["id"] = row.Id, ["role"] = (row.Role ?? AmphoraRole.Standalone).ToWire() };
        Set("lb_network_ip", row.LbNetworkIp?.ToString());
        Set("vrrp_ip", row.VrrpIp?.ToString());
        Set("ha_ip", row.HaIp?.ToString());
        Set("vrrp_interface", row.VrrpInterface);
        Set("vrrp_id", row.VrrpId);
        Set("vrrp_priority", row.VrrpPriority);
        return amphora;

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                amphora[name] = value;
            }
        }
    }

    private static JsonObject Of(TlsContainerRow container) => new()
    {
        ["ref"] = container.Ref,
        ["kind"] = container.Kind.ToWire(),
        ["file"] = container.File,
        ["sha256"] = container.Sha256,
    };

    private static JsonObject Of(Subnet subnet) => new()
    {
        ["id"] = subnet.Id,
        ["cidr"] = subnet.Cidr.ToString(),
        ["gateway_ip"] = subnet.GatewayIp?.ToString(),
        ["host_routes"] = new JsonArray([.. subnet.HostRoutes.Select(static route => new JsonObject { ["destination"] = route.Destination.ToString(), ["nexthop"] = route.Nexthop.ToString() })]),
    };
}

/// <summary>What a document has of the controller's own.</summary>
/// <param name="Generation">Greater than that of every document before.</param>
/// <param name="DefaultConnectionLimit">Of listeners without one; null: the agent's default.</param>
internal sealed record DocumentStamp(long Generation, int? DefaultConnectionLimit = null)
{
    /// <summary>What its listeners and pools refer to.</summary>
    public IReadOnlyList<TlsContainerRow> TlsContainers { get; init; } = [];
}
