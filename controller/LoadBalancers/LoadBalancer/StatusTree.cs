// The status tree of a load balancer (load-balancer-api.md §6).
using System.Text.Json.Nodes;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Pure: from rows to <c>{"statuses": …}</c>.</summary>
internal static class StatusTree
{
    /// <summary>The tree.</summary>
    /// <param name="row">The load balancer.</param>
    /// <param name="objects">Everything below it.</param>
    public static JsonObject Write(LoadBalancerRow row, IReadOnlyList<ObjectRow> objects)
    {
        var tree = new ObjectTree(LoadBalancerTree.Join(row, objects));
        var rows = objects.ToDictionary(static one => one.Id);
        var pools = tree.Pools.ToDictionary(static pool => (Guid)pool["id"]!);
        return new JsonObject
        {
            ["statuses"] = new JsonObject
            {
                ["loadbalancer"] = new JsonObject
                {
                    ["id"] = row.Id.ToString(),
                    ["name"] = row.Name,
                    ["operating_status"] = row.OperatingStatus.ToWire(),
                    ["provisioning_status"] = row.ProvisioningStatus.ToWire(),
                    ["listeners"] = new JsonArray([.. tree.Listeners.Select(listener => Head(
                        listener, rows, ("pools", new JsonArray([.. PoolsOf(listener).Where(pools.ContainsKey).Select(pool => Pool(pools[pool], rows))]))))]),
                },
            },
        };
    }

    /// <summary>The pools of a listener: its default, then those of its policies.</summary>
    public static IEnumerable<Guid> PoolsOf(JsonObject listener) =>
        ObjectTree.List(listener, "l7policies").Select(static policy => (Guid?)policy["redirect_pool_id"]).Prepend((Guid?)listener["default_pool_id"]).OfType<Guid>().Distinct();

    private static JsonObject Pool(JsonObject pool, Dictionary<Guid, ObjectRow> rows)
    {
        var view = Head(pool, rows, ("members", new JsonArray([.. ObjectTree.List(pool, "members").Select(member =>
            Head(member, rows, ("address", member["address"]!.DeepClone()), ("protocol_port", member["protocol_port"]!.DeepClone())))])));
        if (pool["healthmonitor"] is JsonObject monitor)
        {
            view["health_monitor"] = Head(monitor, rows, ("type", monitor["type"]!.DeepClone()));
        }

        return view;
    }

    private static JsonObject Head(JsonObject node, Dictionary<Guid, ObjectRow> rows, params (string Name, JsonNode Value)[] more)
    {
        var row = rows[(Guid)node["id"]!];
        var head = new JsonObject
        {
            ["id"] = row.Id.ToString(),
            ["name"] = (string?)node["name"] ?? "",
            ["operating_status"] = row.OperatingStatus.ToWire(),
            ["provisioning_status"] = row.ProvisioningStatus.ToWire(),
        };
        foreach (var (name, value) in more)
        {
            head[name] = value;
        }

        return head;
    }
}
