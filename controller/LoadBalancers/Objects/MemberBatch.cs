// All members of a pool at once (load-balancer-api.md §10, batch).
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Pure: members that are not there yet come, those that are change, those that are not wanted go.</summary>
internal static class MemberBatch
{
    private static readonly string[] s_stays = ["name", "tags", "address", "protocol_port", "subnet_id"];

    /// <summary>Replaces them in a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="pool">The pool in it.</param>
    /// <param name="wanted">Fields of members as they are created with, and ids for new ones.</param>
    /// <param name="isAdditive">Members that are not wanted stay.</param>
    public static Refusal? Replace(ObjectTree tree, JsonObject pool, IReadOnlyList<(JsonObject Fields, Guid Id)> wanted, bool isAdditive)
    {
        var there = ObjectTree.List(pool, "members").ToDictionary(KeyOf);
        HashSet<(IPAddress, long)> seen = [];
        foreach (var (fields, id) in wanted)
        {
            var read = ObjectTypes.Member.ReadNew(fields);
            if (read.Refusal is not null)
            {
                return read.Refusal;
            }

            var key = KeyOf(read.Value);
            if (!seen.Add(key))
            {
                return new Refusal(RefusalKind.Invalid, $"Validation failure: address {key.Item1} with protocol_port {key.Item2} is there twice.");
            }

            if ((there.GetValueOrDefault(key) is { } member ? Update(tree, pool, member, read.Value) : Create(tree, pool, id, read.Value)) is { } refusal)
            {
                return refusal;
            }
        }

        foreach (var (_, gone) in there.Where(member => !isAdditive && !seen.Contains(member.Key)))
        {
            tree.Remove(new TreeNode(ObjectKind.Member, gone, pool));
        }

        return null;
    }

    private static Refusal? Create(ObjectTree tree, JsonObject pool, Guid id, JsonObject member)
    {
        member["id"] = id;
        tree.Add(ObjectKind.Member, pool, member);
        return ObjectRules.Check(new TreeNode(ObjectKind.Member, member, pool));
    }

    // What is not said is the default of a creation again, but for name and tags.
    private static Refusal? Update(ObjectTree tree, JsonObject pool, JsonObject member, JsonObject fields)
    {
        var given = new JsonObject(ObjectTypes.Member.Fields.Where(static field => !field.IsFixed)
            .Where(field => fields.ContainsKey(field.Name) || !s_stays.Contains(field.Name))
            .Select(field => KeyValuePair.Create(field.Name, fields[field.Name]?.DeepClone())));
        return ObjectEdits.Merged(tree, new TreeNode(ObjectKind.Member, member, pool), given);
    }

    private static (IPAddress Address, long Port) KeyOf(JsonObject member) => (IPAddress.Parse((string)member["address"]!), (long)member["protocol_port"]!);
}
