// A load balancer with everything below it, between the rows of the store and the words of the desired state.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>What hangs below a load balancer, as the desired state has it: listeners with policies with rules, pools with members and monitor.
/// A row's body is the object's JSON without its children.</summary>
internal static class LoadBalancerTree
{
    private static readonly Dictionary<ObjectKind, (string Name, ObjectKind? Parent)> s_places = new()
    {
        [ObjectKind.Listener] = ("listeners", null),
        [ObjectKind.L7Policy] = ("l7policies", ObjectKind.Listener),
        [ObjectKind.L7Rule] = ("rules", ObjectKind.L7Policy),
        [ObjectKind.Pool] = ("pools", null),
        [ObjectKind.Member] = ("members", ObjectKind.Pool),
    };

    private const string HealthMonitor = "healthmonitor";

    /// <summary>Where objects of a kind are in what they hang below; the one monitor of a pool is no list.</summary>
    public static string NameOf(ObjectKind kind) => kind == ObjectKind.HealthMonitor ? HealthMonitor : s_places[kind].Name;

    /// <summary>What objects of a kind hang below; null: the load balancer.</summary>
    public static ObjectKind? ParentOf(ObjectKind kind) => kind == ObjectKind.HealthMonitor ? ObjectKind.Pool : s_places[kind].Parent;

    /// <summary>What hangs below objects of a kind, or below the load balancer.</summary>
    public static IEnumerable<ObjectKind> KindsBelow(ObjectKind? kind) =>
        s_places.Keys.Append(ObjectKind.HealthMonitor).Where(child => ParentOf(child) == kind);

    /// <summary>What no other object of the load balancer may have.</summary>
    public static string? KeyOf(TreeNode node) => KeyOf(node.Kind, node.Node, (Guid?)node.Parent?["id"]);

    /// <summary>What amphorae are told of a tree: nothing of what is the controller's own (desired-state.md §1) or on its way out.</summary>
    /// <param name="tree">Is changed.</param>
    public static JsonObject ForAmphorae(JsonObject tree)
    {
        var objects = new ObjectTree(tree);
        foreach (var node in objects.All.ToList())
        {
            if ((string?)node.Node["provisioning_status"] == RowStatus.PendingDelete.ToWire())
            {
                objects.Remove(node);
            }

            foreach (var field in ObjectTypes.Of(node.Kind).Fields.Where(static field => field.IsKept))
            {
                node.Node.Remove(field.Name);
            }
        }

        return tree;
    }

    /// <summary>The rows of everything below a load balancer; parents stand before their children.</summary>
    /// <param name="tree">The load balancer's object of a document without faults.</param>
    /// <param name="loadBalancer">Whose.</param>
    /// <param name="projectId">Whose they are.</param>
    public static IReadOnlyList<ObjectRow> Split(JsonObject tree, Guid loadBalancer, string projectId)
    {
        List<ObjectRow> rows = [];
        Children(tree, null, null);
        return rows;

        void Children(JsonObject parent, ObjectKind? kind, Guid? id)
        {
            foreach (var (child, place) in s_places.Where(place => place.Value.Parent == kind))
            {
                foreach (var (node, position) in (parent[place.Name] as JsonArray ?? []).Select(static (node, at) => (node!.AsObject(), at)))
                {
                    Add(node, child, id, position);
                }
            }

            if (parent[HealthMonitor] is JsonObject monitor)
            {
                Add(monitor, ObjectKind.HealthMonitor, id, 0);
            }
        }

        void Add(JsonObject node, ObjectKind kind, Guid? parent, int position)
        {
            var row = RowOf(node, kind, parent, position, loadBalancer, projectId);
            rows.Add(kind == ObjectKind.Member && !IsMonitored(tree, parent) ? row with { OperatingStatus = OperatingStatus.NoMonitor } : row);
            Children(node, kind, row.Id);
        }
    }

    /// <summary>The load balancer's object of a document.</summary>
    public static JsonObject Join(LoadBalancerRow row, IReadOnlyList<ObjectRow> rows)
    {
        var tree = new JsonObject
        {
            ["id"] = row.Id,
            ["name"] = row.Name,
            ["project_id"] = row.ProjectId,
            ["admin_state_up"] = row.AdminStateUp,
            ["vip_address"] = row.VipAddress?.ToString(),
            ["vip_subnet_id"] = row.VipSubnetId,
            ["vip_port_id"] = row.VipPortId,
            ["vip_network_id"] = row.VipNetworkId,
        };
        if (row.AdditionalVips.Count > 0)
        {
            tree["additional_vips"] = new JsonArray([.. row.AdditionalVips.Select(static vip => new JsonObject { ["ip_address"] = vip.IpAddress.ToString(), ["subnet_id"] = vip.SubnetId })]);
        }

        Children(tree, null);
        return tree;

        void Children(JsonObject parent, ObjectRow? of)
        {
            foreach (var child in rows.Where(child => child.ParentId == of?.Id).OrderBy(static child => child.Position).ThenBy(static child => child.CreatedAt))
            {
                var node = JsonNode.Parse(child.Body)!.AsObject();
                node["provisioning_status"] = child.ProvisioningStatus.ToWire();
                Children(node, child);
                if (child.Kind == ObjectKind.HealthMonitor)
                {
                    parent[HealthMonitor] = node;
                }
                else
                {
                    var name = s_places[child.Kind].Name;
                    ((parent[name] ??= new JsonArray()) as JsonArray)!.Add((JsonNode)node);
                }
            }
        }
    }

    private static ObjectRow RowOf(JsonObject node, ObjectKind kind, Guid? parent, int position, Guid loadBalancer, string projectId)
    {
        var body = node.DeepClone().AsObject();
        foreach (var name in s_places.Values.Select(static place => place.Name).Append(HealthMonitor).Append("provisioning_status"))
        {
            body.Remove(name);
        }

        return new ObjectRow
        {
            Id = (Guid)node["id"]!,
            Kind = kind,
            LoadBalancerId = loadBalancer,
            ParentId = parent,
            Position = position,
            UniqueKey = KeyOf(kind, body, parent),
            ProjectId = projectId,
            Body = body.ToJsonString(),
        };
    }

    private static bool IsMonitored(JsonObject tree, Guid? pool) =>
        (tree["pools"] as JsonArray ?? []).Any(node => (Guid)node!["id"]! == pool && node[HealthMonitor] is not null);

    private static string? KeyOf(ObjectKind kind, JsonObject body, Guid? parent) => kind switch
    {
        ObjectKind.Listener => ObjectKey.OfListener(Protocol((string)body["protocol"]!), (int)body["protocol_port"]!),
        ObjectKind.Member => ObjectKey.OfMember(parent!.Value, System.Net.IPAddress.Parse((string)body["address"]!), (int)body["protocol_port"]!),
        ObjectKind.HealthMonitor => ObjectKey.OfHealthMonitor(parent!.Value),
        _ => null,
    };

    private static ListenerProtocol Protocol(string word) => WireNames.ListenerProtocols.TryRead(word, out var protocol) ? protocol : throw new FormatException($"{word} is no protocol");
}
