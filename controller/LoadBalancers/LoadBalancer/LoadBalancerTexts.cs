// What the texts of a load balancer may be (load-balancer-api.md §7).
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Pure: whoever calls the use cases, their fields are checked as those of a document are.</summary>
internal static class LoadBalancerTexts
{
    /// <summary>Checks name and description; null is not asked for.</summary>
    public static Refusal? Check(string? name, string? description) => CheckField("name", name) ?? CheckField("description", description);

    private static Refusal? CheckField(string field, string? text) => text is null ? null : LoadBalancerFields.Type.ReadChange(new() { [field] = text }).Refusal;
}
