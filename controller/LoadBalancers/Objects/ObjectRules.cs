// Rules of the API that the agent's own do not know (load-balancer-api.md §§4, 8–12).
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Pure: what must not be; everything that a document's rules say is left to them.</summary>
internal static class ObjectRules
{
    private const int MostRules = 50;
    private const int LeastUdpDelay = 3;
    private static readonly TimeSpan s_regexLimit = TimeSpan.FromSeconds(1);

    // Upstream's [networking] reserved_ips: the metadata service.
    private static readonly IPAddress s_reserved = IPAddress.Parse("169.254.169.254");

    /// <summary>Whether there is room for one more.</summary>
    /// <param name="kind">Of what.</param>
    /// <param name="above">What it is to hang below, or the listener of a new pool.</param>
    public static Refusal? BeforeAdding(ObjectKind kind, JsonObject? above) => kind switch
    {
        ObjectKind.Pool when above?["default_pool_id"] is { } pool => new(RefusalKind.Conflict, $"Listener {above["id"]} already has a default pool: {pool}."),
        ObjectKind.HealthMonitor when above!["healthmonitor"] is { } monitor => new(RefusalKind.Conflict, $"Pool {above["id"]} already has a health monitor: {monitor["id"]}."),
        ObjectKind.L7Policy when (string?)above!["protocol"] == "PROMETHEUS" => new(RefusalKind.Invalid, $"Validation failure: protocol PROMETHEUS of listener {above["id"]} has no L7 policies."),
        ObjectKind.L7Policy when (string?)above!["protocol"] is not ("HTTP" or "TERMINATED_HTTPS") =>
            new(RefusalKind.Unsupported, $"Provider 'amphora' does not support a requested option: L7 policies of a listener of protocol {above["protocol"]}; HTTP and TERMINATED_HTTPS have them."),
        ObjectKind.L7Rule when ObjectTree.List(above!, "rules").Count() >= MostRules => new(RefusalKind.Conflict, $"L7Policy {above!["id"]} has {MostRules} rules, which is the most there may be."),
        _ => null,
    };

    /// <summary>What the fields of one object must not be together.</summary>
    public static Refusal? Check(TreeNode found) => found.Kind switch
    {
        ObjectKind.Listener => CheckListener(found.Node),
        ObjectKind.Member => CheckMember(found.Node),
        ObjectKind.HealthMonitor => CheckMonitor(found.Node),
        ObjectKind.L7Policy => CheckPolicy(found.Node),
        ObjectKind.L7Rule => CheckRule(found.Node),
        _ => null,
    };

    /// <summary>Whether an object that was added has the port, or the address, of another.</summary>
    public static Refusal? Twice(ObjectTree tree, TreeNode added)
    {
        if (LoadBalancerTree.KeyOf(added) is not { } key)
        {
            return null;
        }

        var twin = tree.All.FirstOrDefault(other => other.Node != added.Node && other.Kind == added.Kind && LoadBalancerTree.KeyOf(other) == key);
        return twin is null ? null : added.Kind == ObjectKind.Member
            ? new Refusal(RefusalKind.Conflict, $"Another member of pool {added.Parent!["id"]} has address {added.Node["address"]} and protocol_port {added.Node["protocol_port"]}: {twin.Id}.")
            : new Refusal(RefusalKind.Conflict, $"Another listener of this load balancer uses protocol_port {added.Node["protocol_port"]} with this protocol: {twin.Id}.");
    }

    // A client's certificate is asked for by a server that shows its own.
    private static Refusal? CheckListener(JsonObject listener) =>
        listener["client_ca_tls_container_ref"] is { } ca && listener["default_tls_container_ref"] is null && listener["sni_container_refs"] is not JsonArray { Count: > 0 }
            ? ObjectType.Invalid(ObjectTypes.Listener["client_ca_tls_container_ref"], ca, "It needs a server certificate: default_tls_container_ref or sni_container_refs.")
            : null;

    private static Refusal? CheckMember(JsonObject member) => IPAddress.Parse((string)member["address"]!).Equals(s_reserved)
        ? ObjectType.Invalid(ObjectTypes.Member["address"], member["address"], "The address is reserved.")
        : null;

    private static Refusal? CheckMonitor(JsonObject monitor) => (string?)monitor["type"] == "UDP-CONNECT" && (long)monitor["delay"]! < LeastUdpDelay
        ? ObjectType.Invalid(ObjectTypes.HealthMonitor["delay"], monitor["delay"], $"A monitor of type UDP-CONNECT asks every {LeastUdpDelay} seconds at most.")
        : null;

    private static Refusal? CheckPolicy(JsonObject policy)
    {
        if (L7Fields.TargetOf(policy) is { } target)
        {
            return policy[target] is not null ? CheckUrl(policy, target)
                : ObjectType.Invalid(ObjectTypes.L7Policy[target], null, $"Action {policy["action"]} needs it.");
        }

        return null;
    }

    // The agent looks at the characters; that there is a host is ours.
    private static Refusal? CheckUrl(JsonObject policy, string target) =>
        target == "redirect_pool_id" || (Uri.TryCreate((string?)policy[target], UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
            ? null
            : ObjectType.Invalid(ObjectTypes.L7Policy[target], policy[target], "What is needed is a URL that begins with http:// or https:// and a host.");

    private static Refusal? CheckRule(JsonObject rule)
    {
        if ((string?)rule["compare_type"] != "REGEX")
        {
            return null;
        }

        try
        {
            _ = new Regex((string)rule["value"]!, RegexOptions.None, s_regexLimit);
            return null;
        }
        catch (ArgumentException exception)
        {
            return ObjectType.Invalid(ObjectTypes.L7Rule["value"], rule["value"], $"Error parsing L7Rule: {exception.Message}");
        }
    }
}
