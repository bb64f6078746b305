// An L7 rule: what its type allows as comparison, key and value.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads one element of <c>rules</c>.</summary>
internal static class L7RuleReader
{
    internal static L7Rule? Read(JsonValue value, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var head = ObjectHead.Read(json, facts, named: false);
        var type = json.Required("type").Word(WireNames.L7RuleTypes);
        JsonValue comparison = json.Required("compare_type"), key = json.Optional("key"), text = json.Required("value");
        var compareType = comparison.Word(WireNames.L7RuleCompareTypes);
        CheckComparison(type, compareType, comparison);
        var keyText = ReadKey(type, key);
        var valueText = text.Text(ValueRule(type));
        var invert = json.Optional("invert").Boolean() ?? false;
        json.Close();

        return !json.Faults.None ? null : new L7Rule
        {
            Id = head.Id!.Value,
            Type = type!.Value,
            CompareType = compareType!.Value,
            Key = keyText,
            Value = valueText!,
            Invert = invert,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
        };
    }

    private static void CheckComparison(L7RuleType? type, L7RuleCompareType? compareType, JsonValue field)
    {
        switch (type)
        {
            case L7RuleType.SslConnHasCert or L7RuleType.SslVerifyResult when compareType is not (null or L7RuleCompareType.EqualTo):
                field.Refuse("const", $"EQUAL_TO in a rule of type {type.Value.ToWire()}");
                break;
            case L7RuleType.FileType when compareType is not (null or L7RuleCompareType.EqualTo or L7RuleCompareType.Regex):
                field.Refuse("enum", "REGEX or EQUAL_TO in a rule of type FILE_TYPE");
                break;
        }
    }

    private static string? ReadKey(L7RuleType? type, JsonValue key)
    {
        switch (type)
        {
            case L7RuleType.Header or L7RuleType.Cookie:
                key.MustBePresent($"in a rule of type {type.Value.ToWire()}");
                return key.Text(DocumentText.RuleToken);
            case L7RuleType.SslDnField:
                key.MustBePresent("in a rule of type SSL_DN_FIELD");
                return key.Text(DocumentText.DnField);
            case null:
                return key.Text(DocumentText.RuleKey);
            default:
                key.MustBeAbsent($"in a rule of type {type.Value.ToWire()}");
                return null;
        }
    }

    private static TextRule ValueRule(L7RuleType? type) => type switch
    {
        L7RuleType.SslConnHasCert => DocumentText.TrueInAnyCase,
        L7RuleType.SslVerifyResult => DocumentText.VerifyResult,
        _ => DocumentText.RuleValue,
    };
}
