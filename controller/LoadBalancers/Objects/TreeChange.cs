// Pure: what a change of a load balancer's tree means for its rows.
using System.Text.Json.Nodes;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Listeners, pools, members, monitors, policies and rules that come, change and go.</summary>
/// <param name="Created">New ones, parents first.</param>
/// <param name="Updated">Those whose fields or places are others now, as they are to be.</param>
/// <param name="Deleted">Those that go, children too.</param>
internal sealed record TreeChange(IReadOnlyList<ObjectRow> Created, IReadOnlyList<ObjectRow> Updated, IReadOnlyList<ObjectRow> Deleted)
{
    /// <summary>True when nothing is to be done.</summary>
    public bool IsNothing => Created.Count + Updated.Count + Deleted.Count == 0;

    /// <summary>Everything it is about.</summary>
    public IEnumerable<ObjectRow> All => Created.Concat(Updated).Concat(Deleted);

    /// <summary>The difference between the rows there are and those there are to be.</summary>
    public static TreeChange Between(IReadOnlyList<ObjectRow> now, IReadOnlyList<ObjectRow> wanted)
    {
        var old = now.ToDictionary(static row => row.Id);
        var kept = wanted.Select(static row => row.Id).ToHashSet();
        return new TreeChange(
            [.. wanted.Where(row => !old.ContainsKey(row.Id))],
            [.. wanted.Where(row => old.TryGetValue(row.Id, out var before) && !IsSame(before, row))],
            [.. now.Where(row => !kept.Contains(row.Id))]);
    }

    /// <summary>What cannot be changed, only be made anew: the kind, the place, and what makes it unique (a port, an address).</summary>
    /// <returns>A sentence; null when everything can be changed.</returns>
    public string? Immutable(IReadOnlyList<ObjectRow> now)
    {
        var old = now.ToDictionary(static row => row.Id);
        var wrong = Updated.FirstOrDefault(row => old[row.Id] is var before && (before.Kind != row.Kind || before.ParentId != row.ParentId || before.UniqueKey != row.UniqueKey));
        return wrong is null ? null : $"cannot change {wrong.Kind.ToWire()} {wrong.Id}: what it is of, its protocol, port and address stay as they were made";
    }

    private static bool IsSame(ObjectRow before, ObjectRow after) =>
        (before.Kind, before.ParentId, before.UniqueKey, before.Position) == (after.Kind, after.ParentId, after.UniqueKey, after.Position)
        && JsonNode.DeepEquals(JsonNode.Parse(before.Body), JsonNode.Parse(after.Body));
}
