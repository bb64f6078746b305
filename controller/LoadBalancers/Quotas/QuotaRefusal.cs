// What is said when a project has no room for more.
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Quotas;

/// <summary>The refusal of load-balancer-api.md §4.</summary>
internal static class QuotaRefusal
{
    /// <summary>Names the kinds that there would be too many of.</summary>
    public static Refusal Of(IEnumerable<QuotaKind> met) => new(RefusalKind.Quota, $"Quota has been met for resources: {string.Join(", ", met.Select(Title))}");

    private static string Title(QuotaKind kind) => kind switch
    {
        QuotaKind.LoadBalancer => "Load Balancer",
        QuotaKind.HealthMonitor => "Health Monitor",
        _ => kind.ToString(),
    };
}
