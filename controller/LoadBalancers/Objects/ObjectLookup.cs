// Objects by what people call them.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Names or ids; a name that several have is nobody's.</summary>
internal static class ObjectLookup
{
    /// <summary>The one object of a name or id.</summary>
    /// <param name="transaction">Where it is read.</param>
    /// <param name="kind">Of what kind.</param>
    /// <param name="nameOrId">What it is called.</param>
    /// <param name="within">Only those.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Decision<ObjectRow>> FindAsync(
        DatabaseTransaction transaction, ObjectKind kind, string nameOrId, Func<ObjectRow, bool> within, CancellationToken cancellationToken)
    {
        var title = ObjectTypes.Of(kind).Title;
        var rows = new ObjectRows(transaction);
        if (Guid.TryParseExact(nameOrId, "D", out var id) && await rows.GetAsync(id, cancellationToken) is { } known && known.Kind == kind && within(known))
        {
            return known;
        }

        List<ObjectRow> named = [.. (await rows.ListAsync(kind, null, cancellationToken)).Where(row => within(row) && NameOf(row) == nameOrId)];
        return named switch
        {
            [var only] => only,
            [] => new Refusal(RefusalKind.NotFound, $"{title} {nameOrId} not found."),
            _ => new Refusal(RefusalKind.Conflict, $"{named.Count} of these are named {nameOrId}: {string.Join(", ", named.Select(row => $"{title} {row.Id}"))}. Say which by id."),
        };
    }

    /// <summary>The one load balancer of a name or id.</summary>
    public static async Task<Decision<LoadBalancerRow>> FindLoadBalancerAsync(DatabaseTransaction transaction, string nameOrId, CancellationToken cancellationToken)
    {
        var found = await new LoadBalancerRows(transaction).FindAsync(nameOrId, null, cancellationToken);
        return found switch
        {
            [var only] => only,
            [] => new Refusal(RefusalKind.NotFound, $"Load Balancer {nameOrId} not found."),
            _ => new Refusal(RefusalKind.NotFound, $"{found.Count} load balancers are named {nameOrId}: {string.Join(", ", found.Select(static row => row.Id))}"),
        };
    }

    /// <summary>Its name; empty when it has none.</summary>
    public static string NameOf(ObjectRow row) => (string?)JsonNode.Parse(row.Body)!["name"] ?? "";
}
