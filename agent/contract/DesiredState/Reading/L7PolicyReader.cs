// An L7 policy: which target its action needs and which it must not have.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads one element of <c>l7policies</c>.</summary>
internal static class L7PolicyReader
{
    private const int MaxRules = 50;

    internal static L7Policy? Read(JsonValue value, ListenerFacts listener, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var head = ObjectHead.Read(json, facts);
        var positionField = json.Required("position");
        var position = positionField.Int32(1, int.MaxValue);
        if (position is { } number)
        {
            listener.Positions.Add((number, positionField.Place));
        }

        var action = json.Required("action").Word(WireNames.L7PolicyActions);
        var target = ReadTarget(json, action, listener);
        var rules = ReadRules(json.Optional("rules"), facts);
        json.Close();

        return !json.Faults.None ? null : new L7Policy
        {
            Id = head.Id!.Value,
            Name = head.Name,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
            Position = position!.Value,
            Action = action!.Value,
            RedirectPoolId = target.Pool,
            RedirectUrl = target.Url,
            RedirectPrefix = target.Prefix,
            RedirectHttpCode = target.Code,
            Rules = rules,
        };
    }

    private static (Guid? Pool, string? Url, string? Prefix, int? Code) ReadTarget(
        JsonObject json, L7PolicyAction? action, ListenerFacts listener)
    {
        JsonValue pool = json.Optional("redirect_pool_id"), url = json.Optional("redirect_url"),
            prefix = json.Optional("redirect_prefix"), code = json.Optional("redirect_http_code");
        CheckTarget(action, L7PolicyAction.RedirectToPool, pool);
        CheckTarget(action, L7PolicyAction.RedirectToUrl, url);
        CheckTarget(action, L7PolicyAction.RedirectPrefix, prefix);
        if (action is L7PolicyAction.Reject or L7PolicyAction.RedirectToPool)
        {
            code.MustBeAbsent($"with action {action.Value.ToWire()}");
        }

        var poolId = pool.Uuid();
        if (poolId is { } id)
        {
            listener.RedirectPools.Add((id, pool.Place));
        }

        return (poolId, url.Text(DocumentText.Url), prefix.Text(DocumentText.Url), ReadCode(code));
    }

    private static void CheckTarget(L7PolicyAction? action, L7PolicyAction needing, JsonValue target)
    {
        if (action == needing)
        {
            target.MustBePresent($"with action {needing.ToWire()}");
        }
        else if (action is { } other)
        {
            target.MustBeAbsent($"with action {other.ToWire()}");
        }
    }

    private static int? ReadCode(JsonValue field)
    {
        if (!field.IsPresent)
        {
            return null;
        }

        if (field.Kind == System.Text.Json.JsonTokenType.Number
            && JsonNumber.Parse(field.Content) is { IsInteger: true, Saturated: 301 or 302 or 303 or 307 or 308 } code)
        {
            return (int)code.Saturated;
        }

        field.Refuse("enum", "one of 301, 302, 303, 307, 308");
        return null;
    }

    private static ValueList<L7Rule> ReadRules(JsonValue field, DocumentFacts facts)
    {
        var rules = new List<L7Rule>();
        foreach (var item in field.Array(maxItems: MaxRules))
        {
            if (L7RuleReader.Read(item, facts) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules.ToValueList();
    }
}
