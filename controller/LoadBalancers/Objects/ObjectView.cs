// An object as the API shows it: its fields with defaults, statuses, and what it belongs to (load-balancer-api.md §§8–12).
using System.Globalization;
using System.Text.Json.Nodes;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Pure: from rows to what people and programs are shown.</summary>
internal static class ObjectView
{
    /// <summary>The object.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="all">Everything of its load balancer.</param>
    public static JsonObject Write(ObjectRow row, IReadOnlyList<ObjectRow> all)
    {
        var body = JsonNode.Parse(row.Body)!.AsObject();
        var view = new JsonObject { ["id"] = row.Id.ToString() };
        foreach (var field in ObjectTypes.Of(row.Kind).Fields)
        {
            view[field.Name] = Whole(field, field.Of(body));
        }

        view["provisioning_status"] = row.ProvisioningStatus.ToWire();
        view["operating_status"] = row.OperatingStatus.ToWire();
        view["project_id"] = row.ProjectId;
        view["created_at"] = Time(row.CreatedAt);
        view["updated_at"] = row.UpdatedAt is { } updated ? Time(updated) : null;
        Relate(view, row, all);
        return view;
    }

    /// <summary>A moment in the API's spelling (load-balancer-api.md §1).</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture);

    // session_persistence is null, or has all its keys.
    private static JsonNode? Whole(ObjectField field, JsonNode? value) => value is JsonObject given && field.Shape is ObjectShape shape
        ? new JsonObject(shape.Fields.Select(part => KeyValuePair.Create(part.Name, given[part.Name]?.DeepClone())))
        : value;

    private static void Relate(JsonObject view, ObjectRow row, IReadOnlyList<ObjectRow> all)
    {
        switch (row.Kind)
        {
            case ObjectKind.Listener:
                view["loadbalancers"] = Ids([row.LoadBalancerId]);
                view["l7policies"] = Ids(Below(row, ObjectKind.L7Policy, all));
                break;
            case ObjectKind.Pool:
                view["loadbalancers"] = Ids([row.LoadBalancerId]);
                view["listeners"] = Ids(all.Where(other => other.Kind == ObjectKind.Listener && (string?)JsonNode.Parse(other.Body)!["default_pool_id"] == row.Id.ToString()).Select(static other => other.Id));
                view["members"] = Ids(Below(row, ObjectKind.Member, all));
                if (Below(row, ObjectKind.HealthMonitor, all).FirstOrDefault() is var monitor && monitor != default)
                {
                    view["healthmonitor_id"] = monitor.ToString();
                }

                break;
            case ObjectKind.Member:
                view["pool_id"] = row.ParentId.ToString();
                break;
            case ObjectKind.HealthMonitor:
                view["pools"] = Ids([row.ParentId!.Value]);
                break;
            case ObjectKind.L7Policy:
                view["listener_id"] = row.ParentId.ToString();
                view["rules"] = Ids(Below(row, ObjectKind.L7Rule, all));
                break;
            default:
                view["l7policy_id"] = row.ParentId.ToString();
                break;
        }
    }

    private static IEnumerable<Guid> Below(ObjectRow row, ObjectKind kind, IReadOnlyList<ObjectRow> all) =>
        all.Where(other => other.Kind == kind && other.ParentId == row.Id).Select(static other => other.Id);

    private static JsonArray Ids(IEnumerable<Guid> ids) => new([.. ids.Select(static id => new JsonObject { ["id"] = id.ToString() })]);
}
