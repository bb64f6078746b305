// Finding one's way in a load balancer's tree.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>The load balancer's object of a document as listeners, pools and so on; what is changed is changed in it.</summary>
/// <param name="root">The object.</param>
internal sealed class ObjectTree(JsonObject root)
{
    /// <summary>Its listeners.</summary>
    public IEnumerable<JsonObject> Listeners => List(root, "listeners");

    /// <summary>Its pools.</summary>
    public IEnumerable<JsonObject> Pools => List(root, "pools");

    /// <summary>The policies of all listeners.</summary>
    public IEnumerable<JsonObject> Policies => Listeners.SelectMany(static listener => List(listener, "l7policies"));

    /// <summary>Every object, parents before their children, with what it hangs below; null: the load balancer.</summary>
    public IEnumerable<TreeNode> All => Below(root, null);

    /// <summary>An object by its kind and id.</summary>
    public TreeNode? Find(ObjectKind kind, Guid id) => All.FirstOrDefault(node => node.Kind == kind && node.Id == id);

    /// <summary>Puts an object at the end of its like.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="parent">What it is to hang below; null: the load balancer.</param>
    /// <param name="node">The object.</param>
    public void Add(ObjectKind kind, JsonObject? parent, JsonObject node)
    {
        var above = parent ?? root;
        var name = LoadBalancerTree.NameOf(kind);
        if (kind == ObjectKind.HealthMonitor)
        {
            above[name] = node;
        }
        else
        {
            ((above[name] ??= new JsonArray()) as JsonArray)!.Add((JsonNode)node);
        }
    }

    /// <summary>Takes an object out, with everything below it.</summary>
    public void Remove(TreeNode found)
    {
        var above = found.Parent ?? root;
        if (found.Kind == ObjectKind.HealthMonitor)
        {
            above.Remove(LoadBalancerTree.NameOf(found.Kind));
        }
        else
        {
            above[LoadBalancerTree.NameOf(found.Kind)]!.AsArray().Remove(found.Node);
        }
    }

    /// <summary>The policies of each listener stand in the order of their positions; one without comes last.</summary>
    public void Order()
    {
        foreach (var listener in Listeners.Where(static listener => listener["l7policies"] is JsonArray))
        {
            List<JsonObject> policies = [.. List(listener, "l7policies").OrderBy(static policy => (long?)policy["position"] ?? long.MaxValue)];
            listener["l7policies"]!.AsArray().Clear();
            policies.ForEach(policy => listener["l7policies"]!.AsArray().Add((JsonNode)policy));
        }
    }

    /// <summary>The policies of each listener are numbered 1, 2, … in their order (load-balancer-api.md §12).</summary>
    public void Renumber()
    {
        foreach (var listener in Listeners)
        {
            foreach (var (policy, at) in List(listener, "l7policies").Select(static (policy, at) => (policy, at)).ToList())
            {
                policy["position"] = JsonNode.Parse($"{at + 1}");
            }
        }
    }

    /// <summary>The objects of a list.</summary>
    public static IEnumerable<JsonObject> List(JsonObject parent, string name) => (parent[name] as JsonArray ?? []).OfType<JsonObject>();

    private static IEnumerable<TreeNode> Below(JsonObject above, TreeNode? parent)
    {
        foreach (var kind in LoadBalancerTree.KindsBelow(parent?.Kind))
        {
            var name = LoadBalancerTree.NameOf(kind);
            foreach (var node in above[name] is JsonObject only ? [only] : List(above, name).ToList())
            {
                var found = new TreeNode(kind, node, parent?.Node);
                yield return found;
                foreach (var child in Below(node, found))
                {
                    yield return child;
                }
            }
        }
    }
}

/// <summary>An object of a tree.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Node">The object.</param>
/// <param name="Parent">What it hangs below; null: the load balancer.</param>
internal sealed record TreeNode(ObjectKind Kind, JsonObject Node, JsonObject? Parent)
{
    /// <summary>Its id.</summary>
    public Guid Id => (Guid)Node["id"]!;

    /// <summary>Its name; empty when it has none.</summary>
    public string Name => (string?)Node["name"] ?? "";
}
