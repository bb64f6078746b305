// Quotas as the API shows them (load-balancer-api.md §13).
using System.Text.Json.Nodes;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Quotas;

/// <summary>What a project may have of a kind, and has.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Limit">At most; -1: no limit.</param>
/// <param name="InUse">How many there are.</param>
internal sealed record EffectiveQuota(QuotaKind Kind, int Limit, int InUse);

/// <summary>Pure: from rows to what people and programs are shown.</summary>
internal static class QuotaView
{
    /// <summary>Every kind: what the project was given, else the default.</summary>
    public static IReadOnlyList<EffectiveQuota> Of(IReadOnlyList<QuotaRow> rows, IReadOnlyDictionary<QuotaKind, int> defaults) =>
    [
        .. Enum.GetValues<QuotaKind>().Select(kind =>
        {
            var row = rows.FirstOrDefault(row => row.Kind == kind);
            return new EffectiveQuota(kind, row?.Limit ?? defaults.GetValueOrDefault(kind, QuotaRow.Unlimited), row?.InUse ?? 0);
        }),
    ];

    /// <summary>The API's object: kinds with two spellings have both.</summary>
    public static JsonObject Write(string project, IEnumerable<EffectiveQuota> quotas)
    {
        var view = new JsonObject { ["project_id"] = project };
        foreach (var quota in quotas)
        {
            view[quota.Kind.ToWire()] = quota.Limit;
            if (quota.Kind is QuotaKind.LoadBalancer or QuotaKind.HealthMonitor)
            {
                view[quota.Kind.ToWire().Replace("_", "", StringComparison.Ordinal)] = quota.Limit;
            }
        }

        return view;
    }
}
