// Decides which policies and rules are in a frontend, and how they are tested: config-rendering §6.
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Makes the models of L7 policies.</summary>
internal static class PolicyViews
{
    /// <summary>By position (L1). A policy without usable rules and one whose pool is not shown (L5) do nothing and are left out.</summary>
    public static ValueList<PolicyView> Of(ViewContext context, Listener listener, string pointer)
    {
        var policies = new List<Placed>();
        for (var i = 0; i < listener.L7Policies.Count; i++)
        {
            var policy = listener.L7Policies[i];
            if (policy.IsShown() && One(context, listener, policy, $"{pointer}/l7policies/{i}") is { } view)
            {
                policies.Add(new Placed(policy.Position, view));
            }
        }

        return policies.OrderBy(policy => policy.Position).Select(policy => policy.View).ToValueList();
    }

    private static PolicyView? One(ViewContext context, Listener listener, L7Policy policy, string pointer)
    {
        var rules = Rules(policy, pointer);
        var pool = policy.Action == L7PolicyAction.RedirectToPool ? context.ShownPool(policy.RedirectPoolId) : null;
        if (rules.Count == 0 || (policy.Action == L7PolicyAction.RedirectToPool && pool is null))
        {
            return null;
        }

        return new PolicyView
        {
            Pointer = pointer,
            Id = policy.Id.ToString("D"),
            Action = Action(policy.Action),
            RedirectUrl = policy.RedirectUrl,
            RedirectPrefix = policy.RedirectPrefix,
            RedirectHttpCode = policy.RedirectHttpCode,
            Backend = pool is null ? null : FrontendViews.BackendName(pool.Pool, listener),
            Rules = rules,
        };
    }

    private static string Action(L7PolicyAction action) => action switch
    {
        L7PolicyAction.Reject => "deny",
        L7PolicyAction.RedirectToUrl => "location",
        L7PolicyAction.RedirectPrefix => "prefix",
        L7PolicyAction.RedirectToPool => "use_backend",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    private static ValueList<RuleView> Rules(L7Policy policy, string pointer)
    {
        var rules = new List<RuleView>();
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            if (policy.Rules[i].IsShown())
            {
                rules.Add(Rule(policy.Rules[i]) with { Pointer = $"{pointer}/rules/{i}" });
            }
        }

        return rules.ToValueList();
    }

    private static RuleView Rule(L7Rule rule)
    {
        var view = new RuleView
        {
            Id = rule.Id.ToString("D"),
            Fetch = "",
            Invert = rule.Invert,
            Match = Match(rule.CompareType),
            Value = rule.Value,
            IgnoreCase = false,
        };
        return rule.Type switch
        {
            L7RuleType.HostName => view with { Fetch = "req.hdr", Key = "host", IgnoreCase = true },
            L7RuleType.Path => view with { Fetch = "path" },

            // L9: path_end is a match method by itself; -m str would compare the whole path.
            L7RuleType.FileType => view with { Fetch = "path_end", Match = rule.CompareType == L7RuleCompareType.EqualTo ? null : view.Match },
            L7RuleType.Header => view with { Fetch = "req.hdr", Key = rule.Key },
            L7RuleType.Cookie => view with { Fetch = "req.cook", Key = rule.Key },
            L7RuleType.SslConnHasCert => view with { Fetch = "ssl_c_used", Match = null, Value = null },
            L7RuleType.SslVerifyResult => view with { Fetch = "ssl_c_verify", Match = null, Operator = "eq" },
            L7RuleType.SslDnField => view with { Fetch = "ssl_c_s_dn", Key = rule.Key },
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Type, null),
        };
    }

    private static string Match(L7RuleCompareType compareType) => compareType switch
    {
        L7RuleCompareType.Regex => "reg",
        L7RuleCompareType.StartsWith => "beg",
        L7RuleCompareType.EndsWith => "end",
        L7RuleCompareType.Contains => "sub",
        L7RuleCompareType.EqualTo => "str",
        _ => throw new ArgumentOutOfRangeException(nameof(compareType), compareType, null),
    };

    private sealed record Placed(int Position, PolicyView View);
}
