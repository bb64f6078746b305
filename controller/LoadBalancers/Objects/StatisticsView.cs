// Statistics as the API shows them: sums over amphorae (load-balancer-api.md §6).
using System.Text.Json.Nodes;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Pure: from rows to an object.</summary>
internal static class StatisticsView
{
    /// <summary>The sums; zeros when nobody counted anything.</summary>
    public static JsonObject Write(IEnumerable<StatisticsRow> rows)
    {
        var sum = (In: 0L, Out: 0L, Active: 0L, Total: 0L, Errors: 0L);
        foreach (var row in rows)
        {
            sum = (sum.In + row.BytesIn, sum.Out + row.BytesOut, sum.Active + row.ActiveConnections, sum.Total + row.TotalConnections, sum.Errors + row.RequestErrors);
        }

        return new JsonObject
        {
            ["bytes_in"] = sum.In,
            ["bytes_out"] = sum.Out,
            ["active_connections"] = sum.Active,
            ["total_connections"] = sum.Total,
            ["request_errors"] = sum.Errors,
        };
    }
}
