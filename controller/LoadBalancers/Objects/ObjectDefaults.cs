// What follows from the fields of a request without being said in it (load-balancer-api.md §§8, 9, 12).
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Pure: fields that come along with others.</summary>
internal static class ObjectDefaults
{
    private static readonly string[] s_targets = ["redirect_pool_id", "redirect_url", "redirect_prefix"];

    /// <summary>What an object with TLS has when it says nothing, or takes it away; beside what absent fields mean.</summary>
    public static void Fill(ObjectKind kind, JsonObject node)
    {
        var isTls = kind == ObjectKind.Listener && (string?)node["protocol"] == "TERMINATED_HTTPS" || kind == ObjectKind.Pool && (bool?)node["tls_enabled"] == true;
        foreach (var (name, value) in isTls ? ListenerFields.TlsDefaults : [])
        {
            if (node[name] is null)
            {
                node[name] = value!.DeepClone();
            }
        }
    }

    /// <summary>What a change of some fields changes too.</summary>
    /// <param name="kind">Of what.</param>
    /// <param name="now">The object as it is.</param>
    /// <param name="given">Fields that are to change; what goes with them is added.</param>
    /// <returns>Why it cannot be.</returns>
    public static Refusal? Complete(ObjectKind kind, JsonObject now, JsonObject given)
    {
        if (kind == ObjectKind.Pool && given["session_persistence"] is JsonObject persistence)
        {
            if (persistence.Count == 0)
            {
                given["session_persistence"] = null;
            }
            else if (persistence["type"] is null && now["session_persistence"]?["type"] is { } type)
            {
                persistence["type"] = type.DeepClone();
            }
        }

        return kind == ObjectKind.L7Policy ? CompleteTarget(now, given) : null;
    }

    // A target decides the action, and an action which targets go.
    private static Refusal? CompleteTarget(JsonObject now, JsonObject given)
    {
        string[] targets = [.. s_targets.Where(name => given[name] is not null)];
        if (targets.Length > 1)
        {
            return new Refusal(RefusalKind.Invalid, $"Validation failure: {targets[0]} and {targets[1]} cannot both be given.");
        }

        if (targets is [var target])
        {
            given["action"] ??= target switch { "redirect_pool_id" => "REDIRECT_TO_POOL", "redirect_url" => "REDIRECT_TO_URL", _ => "REDIRECT_PREFIX" };
        }

        if (given["action"] is { } action)
        {
            var after = new JsonObject { ["action"] = action.DeepClone() };
            foreach (var name in s_targets.Where(name => name != L7Fields.TargetOf(after) && given[name] is null))
            {
                given[name] = null;
            }

            if ((string?)action is "REJECT" or "REDIRECT_TO_POOL" && given["redirect_http_code"] is null && now["redirect_http_code"] is not null)
            {
                given["redirect_http_code"] = null;
            }
        }

        return null;
    }
}
