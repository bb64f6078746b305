// Fields of L7 policies and rules (load-balancer-api.md §12).
using System.Text.Json.Nodes;
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>In the order they are shown.</summary>
internal static class L7Fields
{
    /// <summary>Of a policy.</summary>
    public static ValueList<ObjectField> Policy { get; } =
    [
        HeadFields.Name,
        HeadFields.Description,
        HeadFields.AdminStateUp,
        new("action", new WordShape(WireNames.L7PolicyActions.Names), "What is done with requests that fit all rules.") { IsRequired = true },
        new("position", new NumberShape(1, int.MaxValue), "Asked as the n-th; beyond the last: as the last (default)."),
        new("redirect_pool_id", new IdShape(), "Where REDIRECT_TO_POOL sends them: a pool's name or id.") { Option = "redirect-pool" },
        new("redirect_url", new TextShape(Least: 1), "Where REDIRECT_TO_URL sends clients."),
        new("redirect_prefix", new TextShape(Least: 1), "What REDIRECT_PREFIX puts before the path."),
        new("redirect_http_code", new NumberShape(301, 308), "Status code of a redirection: 301, 302 (default), 303, 307 or 308.")
        {
            Default = "302", HasDefault = static policy => (string?)policy["action"] is "REDIRECT_TO_URL" or "REDIRECT_PREFIX",
        },
        HeadFields.Tags,
    ];

    /// <summary>Of a rule.</summary>
    public static ValueList<ObjectField> Rule { get; } =
    [
        HeadFields.AdminStateUp,
        new("type", new WordShape(WireNames.L7RuleTypes.Names), "What of a request is looked at.") { IsRequired = true },
        new("compare_type", new WordShape(WireNames.L7RuleCompareTypes.Names), "How it is compared.") { IsRequired = true },
        new("key", new TextShape(Least: 1), "Which header, cookie or field of a distinguished name."),
        new("value", new TextShape(Least: 1), "With what.") { IsRequired = true },
        new("invert", new TruthShape(), "Fits when the comparison does not.") { Default = "false" },
        HeadFields.Tags,
    ];

    /// <summary>Which target an action needs; null: none.</summary>
    public static string? TargetOf(JsonObject policy) => (string?)policy["action"] switch
    {
        "REDIRECT_TO_POOL" => "redirect_pool_id",
        "REDIRECT_TO_URL" => "redirect_url",
        "REDIRECT_PREFIX" => "redirect_prefix",
        _ => null,
    };
}
