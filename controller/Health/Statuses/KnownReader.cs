// Pure: from rows to what is kept of them in memory.
using System.Text;
using System.Text.Json;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Watching;

namespace Amphora.Controller.Health.Statuses;

/// <summary>Makes them.</summary>
internal static class KnownReader
{
    /// <summary>Amphorae with their load balancers; the two of a pair share one.</summary>
    /// <param name="amphorae">The rows.</param>
    /// <param name="objects">Everything below their load balancers.</param>
    /// <param name="walk">In which walk through all rows they were read.</param>
    public static IReadOnlyList<KnownAmphora> Read(IReadOnlyList<WatchedAmphora> amphorae, IEnumerable<ObjectRow> objects, int walk)
    {
        var below = objects.ToLookup(static row => row.LoadBalancerId);
        var loadBalancers = amphorae.Select(static amphora => amphora.LoadBalancer).OfType<WatchedLoadBalancer>().DistinctBy(static row => row.Id)
            .ToDictionary(static row => row.Id, row => Of(row, below[row.Id]));
        return
        [
            .. amphorae.Select(amphora => new KnownAmphora(amphora.Id, amphora.LoadBalancer is { } row ? loadBalancers[row.Id] : null)
            {
                Status = amphora.Status,
                Stamp = amphora.Stamp,
                Walk = walk,
            }),
        ];
    }

    /// <summary>A load balancer.</summary>
    public static KnownLoadBalancer Of(WatchedLoadBalancer row, IEnumerable<ObjectRow> objects)
    {
        ObjectRow[] rows = [.. objects.OrderBy(static one => one.Id)];
        var ids = Array.ConvertAll(rows, static one => one.Id);
        return new KnownLoadBalancer(row.Id, Array.ConvertAll(rows, one => new KnownObject
        {
            Id = one.Id,
            Kind = one.Kind,
            Parent = one.Kind == ObjectKind.Member && one.ParentId is { } pool ? Array.BinarySearch(ids, pool) : -1,
            IsEnabled = IsEnabled(one.Body),
            Provisioning = one.ProvisioningStatus,
            Operating = one.OperatingStatus,
        }))
        {
            IsEnabled = row.AdminStateUp,
            Provisioning = row.ProvisioningStatus,
            Operating = row.OperatingStatus,
            Stamp = row.Stamp,
        };
    }

    // admin_state_up of the user's fields; true when it is not said.
    private static bool IsEnabled(string body)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(body));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("admin_state_up"u8))
            {
                json.Read();
                return json.TokenType != JsonTokenType.False;
            }

            json.Skip();
        }

        return true;
    }
}
