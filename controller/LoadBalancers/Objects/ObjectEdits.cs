// What a request for one object does to a load balancer's tree (load-balancer-api.md §§8–12). Pure: the same for command line and API.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>An object that is asked for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Chosen beforehand, so that asking again is asking the same.</param>
/// <param name="Fields">Its fields, as the API has them.</param>
internal sealed record NewObject(ObjectKind Kind, Guid Id, JsonObject Fields)
{
    /// <summary>The pool of a member or monitor, the listener of a policy, the policy of a rule; of a pool the listener whose default it becomes.</summary>
    public Guid? ParentId { get; init; }
}

/// <summary>Edits for <see cref="ChangeObjects"/>: each changes a tree in place, or refuses and may have left it half changed.</summary>
internal static class ObjectEdits
{
    /// <summary>An object comes.</summary>
    public static Func<JsonObject, Refusal?> Create(NewObject wanted) => root =>
    {
        var (tree, type) = (new ObjectTree(root), ObjectTypes.Of(wanted.Kind));
        var read = type.ReadNew(wanted.Fields);
        if (read.Refusal is not null)
        {
            return read.Refusal;
        }

        TreeNode? above = null;
        if (wanted.ParentId is { } parent && (above = tree.Find(ParentKind(wanted.Kind), parent)) is null)
        {
            return Missing(ParentKind(wanted.Kind), parent);
        }

        var node = read.Value;
        ObjectDefaults.Fill(wanted.Kind, node);
        node["id"] = wanted.Id;
        return ObjectRules.BeforeAdding(wanted.Kind, above?.Node) ?? Added(tree, wanted, above?.Node, node);
    };

    /// <summary>Some fields of an object change; those that are null are the default again.</summary>
    public static Func<JsonObject, Refusal?> Update(ObjectKind kind, Guid id, JsonObject fields) => root =>
    {
        var tree = new ObjectTree(root);
        if (tree.Find(kind, id) is not { } found)
        {
            return Missing(kind, id);
        }

        var read = ObjectTypes.Of(kind).ReadChange(fields);
        return read.Refusal ?? Merged(tree, found, read.Value);
    };

    /// <summary>An object goes, with everything below it.</summary>
    public static Func<JsonObject, Refusal?> Delete(ObjectKind kind, Guid id) => root =>
    {
        var tree = new ObjectTree(root);
        if (tree.Find(kind, id) is not { } found)
        {
            return Missing(kind, id);
        }

        if (kind == ObjectKind.Pool && tree.Policies.FirstOrDefault(policy => IsPool(policy["redirect_pool_id"], id)) is { } user)
        {
            return new Refusal(RefusalKind.Conflict, $"Pool {id} is in use by L7 policy {user["id"]} and cannot be deleted.");
        }

        foreach (var listener in tree.Listeners.Where(listener => kind == ObjectKind.Pool && IsPool(listener["default_pool_id"], id)))
        {
            listener.Remove("default_pool_id");
        }

        tree.Remove(found);
        tree.Renumber();
        return null;
    };

    /// <summary>The members of a pool are these (load-balancer-api.md §10, batch): the same address and port is the same member.</summary>
    /// <param name="pool">Which pool.</param>
    /// <param name="members">Objects as they are created with.</param>
    /// <param name="isAdditive">Members that are not among them stay.</param>
    public static Func<JsonObject, Refusal?> ReplaceMembers(Guid pool, IReadOnlyList<JsonObject> members, bool isAdditive)
    {
        List<(JsonObject Fields, Guid Id)> wanted = [.. members.Select(static member => (member, Guid.NewGuid()))];
        return root =>
        {
            var tree = new ObjectTree(root);
            return tree.Find(ObjectKind.Pool, pool) is { } found ? MemberBatch.Replace(tree, found.Node, wanted, isAdditive) : Missing(ObjectKind.Pool, pool);
        };
    }

    /// <summary>Nothing of the kind is there.</summary>
    public static Refusal Missing(ObjectKind kind, Guid id) => new(RefusalKind.NotFound, $"{ObjectTypes.Of(kind).Title} {id} not found.");

    /// <summary>Puts fields into an object and checks what they mean together.</summary>
    internal static Refusal? Merged(ObjectTree tree, TreeNode found, JsonObject fields)
    {
        var given = fields.DeepClone().AsObject();
        if (ObjectDefaults.Complete(found.Kind, found.Node, given) is { } no)
        {
            return no;
        }

        foreach (var (name, value) in given)
        {
            if (value is null)
            {
                found.Node.Remove(name);
            }
            else
            {
                found.Node[name] = value.DeepClone();
            }
        }

        ObjectDefaults.Fill(found.Kind, found.Node);
        return ObjectRules.Check(found) ?? Placed(tree, found, given["position"]);
    }

    private static Refusal? Added(ObjectTree tree, NewObject wanted, JsonObject? above, JsonObject node)
    {
        // The listener of a new pool is not above it: its default_pool_id leads there.
        var parent = wanted.Kind == ObjectKind.Pool ? null : above;
        if (wanted.Kind == ObjectKind.Pool && above is not null)
        {
            above["default_pool_id"] = wanted.Id;
        }

        tree.Add(wanted.Kind, parent, node);
        var added = new TreeNode(wanted.Kind, node, parent);
        return ObjectRules.Check(added) ?? ObjectRules.Twice(tree, added) ?? Placed(tree, added, node["position"]);
    }

    private static Refusal? Placed(ObjectTree tree, TreeNode found, JsonNode? position)
    {
        if (found.Kind == ObjectKind.L7Policy && position is not null)
        {
            var policies = found.Parent!["l7policies"]!.AsArray();
            policies.Remove(found.Node);
            policies.Insert((int)Math.Min((long)position - 1, policies.Count), found.Node);
        }

        tree.Renumber();
        return null;
    }

    private static ObjectKind ParentKind(ObjectKind kind) => kind == ObjectKind.Pool ? ObjectKind.Listener : LoadBalancerTree.ParentOf(kind)!.Value;

    private static bool IsPool(JsonNode? reference, Guid id) => reference is not null && (Guid)reference == id;
}
