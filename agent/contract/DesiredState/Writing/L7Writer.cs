// Writes L7 policies and rules.
using System.Text.Json;

namespace Amphora.Contract.DesiredState.Writing;

/// <summary>Writes elements of <c>l7policies</c>.</summary>
internal static class L7Writer
{
    internal static void WritePolicy(Utf8JsonWriter json, L7Policy policy)
    {
        json.WriteStartObject();
        json.Head(policy.Id, policy.Name, policy.AdminStateUp, policy.ProvisioningStatus);
        json.WriteNumber("position", policy.Position);
        json.WriteString("action", policy.Action.ToWire());
        json.Id("redirect_pool_id", policy.RedirectPoolId);
        json.Text("redirect_url", policy.RedirectUrl);
        json.Text("redirect_prefix", policy.RedirectPrefix);
        json.Number("redirect_http_code", policy.RedirectHttpCode);
        json.Array("rules", policy.Rules, WriteRule);
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, L7Rule rule)
    {
        json.WriteStartObject();
        json.Head(rule.Id, null, rule.AdminStateUp, rule.ProvisioningStatus);
        json.WriteString("type", rule.Type.ToWire());
        json.WriteString("compare_type", rule.CompareType.ToWire());
        json.Text("key", rule.Key);
        json.WriteString("value", rule.Value);
        json.Flag("invert", rule.Invert);
        json.WriteEndObject();
    }
}
