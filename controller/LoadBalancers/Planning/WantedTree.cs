// Reads what somebody wants below a load balancer, as the API takes it with a creation (load-balancer-api.md §17). Pure.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Planning;

/// <summary>Listeners and pools side by side; pools that stand inside a listener or policy are moved to the others, and are named there.</summary>
internal sealed class WantedTree
{
    /// <summary>How a listener names its pool.</summary>
    public const string DefaultPool = "default_pool";

    /// <summary>How a policy names its pool.</summary>
    public const string RedirectPool = "redirect_pool";

    // What showing an object tells beside its fields: a shown tree can be wanted again.
    private static readonly string[] s_shown = ["id", "provisioning_status", "operating_status"];

    private readonly List<(JsonObject Node, string Path)> _pools = [];
    private readonly HashSet<string> _names = [];
    private Refusal? _refusal;

    private WantedTree()
    {
    }

    /// <summary>Reads a tree: every object with its fields as they are stored, an id only where one was given, pools by name or id.</summary>
    /// <param name="given">An object with listeners and pools; not changed.</param>
    public static Decision<JsonObject> Read(JsonObject given)
    {
        var wanted = new WantedTree();
        var tree = new JsonObject();
        foreach (var (pool, at) in wanted.Listed(given, "pools", "").Select(static (pool, at) => (pool, at)))
        {
            wanted._pools.Add((pool, $"/pools/{at}"));
        }

        tree["listeners"] = wanted.Children(given, ObjectKind.Listener, "");
        // Listeners and policies have brought theirs by now.
        tree["pools"] = new JsonArray([.. wanted._pools.Select(pool => wanted.Pool(pool.Node, pool.Path))]);
        wanted.CheckNames(tree);
        return wanted._refusal is { } refusal ? refusal : tree;
    }

    private JsonArray Children(JsonObject parent, ObjectKind kind, string path)
    {
        var name = LoadBalancerTree.NameOf(kind);
        return new JsonArray([.. Listed(parent, name, path).Select((node, at) => Object(node, kind, $"{path}/{name}/{at}"))]);
    }

    // What is no list is not an empty one: everything there is would go.
    private IEnumerable<JsonObject> Listed(JsonObject parent, string name, string path)
    {
        if (parent[name] is not (null or JsonArray) || (parent[name] as JsonArray ?? []).Any(static item => item is not JsonObject))
        {
            Refuse(path, $"{name} has to be an array of objects");
            return [];
        }

        return ObjectTree.List(parent, name);
    }

    private JsonObject Pool(JsonObject node, string path)
    {
        if (node["id"] is null && node["name"] is null)
        {
            Refuse(path, "a pool has to have a name, or an id");
        }
        else if (TextOf(node["name"]) is { Length: > 0 } name && !_names.Add(name))
        {
            Refuse(path, $"there is another pool named {name}");
        }

        return Object(node, ObjectKind.Pool, path);
    }

    private JsonObject Object(JsonObject node, ObjectKind kind, string path)
    {
        var below = LoadBalancerTree.KindsBelow(kind).ToList();
        var pool = kind switch { ObjectKind.Listener => DefaultPool, ObjectKind.L7Policy => RedirectPool, _ => null };
        var fields = new JsonObject(node.Where(field => !s_shown.Contains(field.Key) && field.Key != pool && below.TrueForAll(child => LoadBalancerTree.NameOf(child) != field.Key) && field.Value is not null)
            .Select(static field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        var read = ObjectTypes.Of(kind).ReadNew(fields);
        if (read.Refusal is { } refusal)
        {
            Refuse(path, refusal.Message);
            return [];
        }

        var wanted = read.Value;
        if (node["id"] is { } id)
        {
            wanted["id"] = new IdShape().Read(id) ?? Refuse(path, $"id {id} is no UUID");
        }

        ObjectDefaults.Fill(kind, wanted);
        if (pool is not null)
        {
            Name(node, wanted, pool, path);
        }

        foreach (var child in below)
        {
            if (child == ObjectKind.HealthMonitor)
            {
                wanted[LoadBalancerTree.NameOf(child)] = Monitor(node, path);
            }
            else if (Children(node, child, path) is { Count: > 0 } children)
            {
                wanted[LoadBalancerTree.NameOf(child)] = children;
            }
        }

        return wanted;
    }

    private JsonNode? Monitor(JsonObject pool, string path) => pool[LoadBalancerTree.NameOf(ObjectKind.HealthMonitor)] switch
    {
        null => null,
        JsonObject monitor => Object(monitor, ObjectKind.HealthMonitor, $"{path}/healthmonitor"),
        _ => Refuse($"{path}/healthmonitor", "an object is needed"),
    };

    // "More than a name is a definition, a bare name a reference."
    private void Name(JsonObject node, JsonObject wanted, string field, string path)
    {
        if (node[field] is JsonObject { Count: > 1 } definition)
        {
            _pools.Add((definition, $"{path}/{field}"));
            wanted[field] = TextOf(definition["name"]) ?? Refuse($"{path}/{field}", "a pool has to have a name here");
        }
        else if ((node[field] is JsonObject only ? only["name"] : node[field]) is { } name)
        {
            wanted[field] = TextOf(name) ?? Refuse($"{path}/{field}", "a pool's name is needed");
        }
    }

    private void CheckNames(JsonObject tree)
    {
        foreach (var node in new ObjectTree(tree).All.ToList())
        {
            if ((string?)(node.Node[DefaultPool] ?? node.Node[RedirectPool]) is { } name && !_names.Contains(name))
            {
                Refuse($"{node.Kind.ToWire()} {node.Name}".TrimEnd(), $"there is no pool named {name}");
            }
        }
    }

    private static string? TextOf(JsonNode? value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : null;

    private JsonNode? Refuse(string path, string message)
    {
        _refusal ??= new Refusal(RefusalKind.Invalid, $"{path}: {message}");
        return null;
    }
}
