// Pure: what is there and what is wanted -> what has to happen.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Planning;

/// <summary>Finds for each wanted object the one that it is: by its id, else by what makes it unique (port, address), else by its name.</summary>
internal sealed class TreePlanner
{
    private static readonly Func<JsonObject, string?> s_id = static node => node["id"]?.ToString();

    private readonly List<PlanStep> _steps = [];
    private readonly Dictionary<string, Guid> _pools = [];
    private Refusal? _refusal;

    private TreePlanner()
    {
    }

    /// <summary>The plan.</summary>
    /// <param name="now">The tree as it is; not changed.</param>
    /// <param name="wanted">Of <see cref="WantedTree.Read"/>; not changed.</param>
    /// <returns>The plan, or why there is none.</returns>
    public static Decision<TreePlan> Plan(JsonObject now, JsonObject wanted)
    {
        var planner = new TreePlanner();
        // Pools first: listeners and policies name them.
        var pools = planner.Siblings(ObjectKind.Pool, ObjectTree.List(now, "pools"), ObjectTree.List(wanted, "pools"));
        var steps = planner._steps.ToList();
        planner._steps.Clear();
        var listeners = planner.Siblings(ObjectKind.Listener, ObjectTree.List(now, "listeners"), ObjectTree.List(wanted, "listeners"));
        var tree = new JsonObject { ["listeners"] = listeners, ["pools"] = pools };
        new ObjectTree(tree).Renumber();
        var refusal = planner._refusal ?? new ObjectTree(tree).All.Select(static node => ObjectRules.Check(node)).FirstOrDefault(static no => no is not null);
        return refusal is not null ? refusal : new TreePlan([.. planner._steps, .. steps], tree);
    }

    private JsonArray Siblings(ObjectKind kind, IEnumerable<JsonObject> now, IEnumerable<JsonObject> wanted)
    {
        List<JsonObject> left = [.. now], asked = [.. wanted];
        var found = Match(kind, left, asked);
        foreach (var (want, at) in asked.Select(static (want, at) => (want, at)))
        {
            var id = found[at] is { } known ? (Guid)known["id"]! : (Guid?)want["id"] ?? Guid.NewGuid();
            if (kind == ObjectKind.Pool && (string?)want["name"] is { } name)
            {
                _pools[name] = id;
            }
        }

        var planned = asked.Select((want, at) => (Now: found[at], Node: found[at] is { } known ? Changed(kind, known, want, at) : Created(kind, want))).ToList();
        var kept = found.OfType<JsonObject>().ToHashSet();
        foreach (var gone in left.Where(there => !kept.Contains(there)))
        {
            Deleted(kind, gone);
        }

        // Policies stand as they are wanted; of the others those that are there keep their order, so that nothing changes by it.
        var places = left.Select(static (there, at) => (there, at)).ToDictionary(static place => place.there, static place => place.at);
        var order = kind == ObjectKind.L7Policy ? planned : [.. planned.OrderBy(one => one.Now is { } there ? places[there] : int.MaxValue)];
        return new JsonArray([.. order.Select(static one => one.Node)]);
    }

    private static JsonObject?[] Match(ObjectKind kind, List<JsonObject> now, List<JsonObject> wanted)
    {
        var (found, taken) = (new JsonObject?[wanted.Count], new HashSet<JsonObject>());
        foreach (var keyOf in Keys(kind))
        {
            var free = now.Where(there => !taken.Contains(there) && keyOf(there) is not null).GroupBy(keyOf).ToDictionary(static same => same.Key!, static same => new Queue<JsonObject>(same));
            for (var at = 0; at < wanted.Count; at++)
            {
                // Who gives an id means that one or a new one.
                if (found[at] is null && (wanted[at]["id"] is null || keyOf == s_id) && keyOf(wanted[at]) is { } key && free.TryGetValue(key, out var same) && same.TryDequeue(out var there))
                {
                    found[at] = there;
                    taken.Add(there);
                }
            }
        }

        return found;
    }

    private static IEnumerable<Func<JsonObject, string?>> Keys(ObjectKind kind)
    {
        yield return s_id;
        foreach (var key in kind switch
        {
            ObjectKind.Listener => (Func<JsonObject, string?>[])[static node => LoadBalancerTree.KeyOf(new TreeNode(ObjectKind.Listener, node, null))],
            ObjectKind.Member => [static node => $"{IPAddress.Parse((string)node["address"]!)} {node["protocol_port"]}"],
            ObjectKind.HealthMonitor => [static _ => "the only one"],
            // Pools have one name each in what is wanted; policies by name, else by what they do.
            ObjectKind.Pool => [static node => $"{node["name"]} {node["protocol"]}"],
            ObjectKind.L7Policy => [Name, static node => $"{node["name"]} {node["action"]} {node["redirect_url"]} {node["redirect_prefix"]}"],
            _ => [static node => string.Join(' ', ObjectTypes.L7Rule.Fields.Where(static field => field.Name is "type" or "compare_type" or "key" or "value" or "invert").Select(field => field.Of(node)))],
        })
        {
            yield return key;
        }
    }

    private static string? Name(JsonObject node) => (string?)node["name"] is { Length: > 0 } name ? name : null;

    private JsonObject Created(ObjectKind kind, JsonObject want)
    {
        var id = kind == ObjectKind.Pool && (string?)want["name"] is { } name ? _pools[name] : (Guid?)want["id"] ?? Guid.NewGuid();
        _steps.Add(new PlanStep(PlanVerb.Create, ObjectTypes.Of(kind).Noun, Label(kind, want), []));
        var node = Resolved(kind, want);
        node["id"] = JsonNode.Parse($"\"{id}\"");
        return Filled(kind, node, null, want);
    }

    private JsonObject Changed(ObjectKind kind, JsonObject now, JsonObject want, int at)
    {
        var (type, resolved) = (ObjectTypes.Of(kind), Resolved(kind, want));
        var node = new JsonObject(now.Where(field => LoadBalancerTree.KindsBelow(kind).All(child => LoadBalancerTree.NameOf(child) != field.Key)).Select(static field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        List<FieldChange> changes = [];
        foreach (var field in type.Fields.Where(static field => field.Name != "position"))
        {
            var (before, after) = (field.Of(now), field.Of(resolved));
            if (JsonNode.DeepEquals(before, after))
            {
                continue;
            }

            changes.Add(FieldChange.Of(field.Name, before, after));
            if (field.IsFixed)
            {
                _refusal ??= ObjectType.Invalid(field, after, $"{type.Title} {now["id"]} was created with {ObjectType.Spell(before)}; delete it first, and apply again.");
            }

            Set(node, field.Name, resolved[field.Name]);
        }

        if (kind == ObjectKind.L7Policy && (int)now["position"]! != at + 1)
        {
            changes.Add(FieldChange.Of("position", now["position"], JsonNode.Parse($"{at + 1}")));
        }

        _steps.Add(new PlanStep(changes.Count > 0 ? PlanVerb.Change : PlanVerb.Keep, type.Noun, Label(kind, resolved), [.. changes]));
        return Filled(kind, node, now, want);
    }

    private void Deleted(ObjectKind kind, JsonObject gone)
    {
        _steps.Add(new PlanStep(PlanVerb.Delete, ObjectTypes.Of(kind).Noun, Label(kind, gone), []));
        foreach (var child in LoadBalancerTree.KindsBelow(kind))
        {
            foreach (var node in Children(child, gone))
            {
                Deleted(child, node);
            }
        }
    }

    private JsonObject Filled(ObjectKind kind, JsonObject node, JsonObject? now, JsonObject want)
    {
        foreach (var child in LoadBalancerTree.KindsBelow(kind))
        {
            var planned = Siblings(child, Children(child, now), Children(child, want));
            Set(node, LoadBalancerTree.NameOf(child), planned.Count == 0 ? null : child == ObjectKind.HealthMonitor ? planned[0] : planned);
        }

        return node;
    }

    private static IEnumerable<JsonObject> Children(ObjectKind kind, JsonObject? parent) => parent is null ? []
        : kind == ObjectKind.HealthMonitor ? (parent[LoadBalancerTree.NameOf(kind)] is JsonObject monitor ? [monitor] : []) : ObjectTree.List(parent, LoadBalancerTree.NameOf(kind));

    // A pool's name becomes its id, which it has by now.
    private JsonObject Resolved(ObjectKind kind, JsonObject want)
    {
        var node = new JsonObject(want.Where(field => field.Key is not (WantedTree.DefaultPool or WantedTree.RedirectPool) && LoadBalancerTree.KindsBelow(kind).All(child => LoadBalancerTree.NameOf(child) != field.Key))
            .Select(static field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        foreach (var name in (string[])[WantedTree.DefaultPool, WantedTree.RedirectPool])
        {
            if ((string?)want[name] is { } pool)
            {
                node[$"{name}_id"] = JsonNode.Parse($"\"{_pools[pool]}\"");
            }
        }

        return node;
    }

    private static void Set(JsonObject node, string name, JsonNode? value)
    {
        if (value is null)
        {
            node.Remove(name);
        }
        else
        {
            node[name] = value.Parent is null ? value : value.DeepClone();
        }
    }

    private static string Label(ObjectKind kind, JsonObject node)
    {
        var name = Name(node) is { } given ? $"{given} " : "";
        return name + kind switch
        {
            ObjectKind.Listener => $"{node["protocol"]}:{node["protocol_port"]}",
            ObjectKind.Pool => $"{node["protocol"]} {node["lb_algorithm"]}",
            ObjectKind.Member => new IPEndPoint(IPAddress.Parse((string)node["address"]!), (int)node["protocol_port"]!).ToString(),
            ObjectKind.HealthMonitor => $"{node["type"]}",
            ObjectKind.L7Policy => $"{node["action"]}",
            _ => $"{node["type"]} {(node["key"] is { } key ? $"{key} " : "")}{node["compare_type"]} {node["value"]}",
        };
    }
}
