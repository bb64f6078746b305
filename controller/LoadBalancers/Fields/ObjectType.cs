// A kind of object with its fields.
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>What there is to know of listeners, of pools, ….</summary>
/// <param name="Kind">Which.</param>
/// <param name="Noun">The command line's word and the root of the API's bodies.</param>
/// <param name="Title">What messages call it.</param>
/// <param name="Fields">Its fields, in the order they are shown.</param>
internal sealed record ObjectType(ObjectKind Kind, string Noun, string Title, ValueList<ObjectField> Fields) : ResourceType(Noun, Title, Fields);

/// <summary>Something with fields: an object below a load balancer, or the load balancer.</summary>
/// <param name="Noun">The command line's word and the root of the API's bodies.</param>
/// <param name="Title">What messages call it.</param>
/// <param name="Fields">Its fields, in the order they are shown.</param>
internal record ResourceType(string Noun, string Title, ValueList<ObjectField> Fields)
{
    /// <summary>Fields of a new object as they are stored.</summary>
    /// <param name="given">What was asked for; not changed.</param>
    public Decision<JsonObject> ReadNew(JsonObject given)
    {
        if (Fields.FirstOrDefault(field => field.IsRequired && given[field.Name] is null) is { } missing)
        {
            return Invalid(missing, null, "Mandatory field missing.");
        }

        return Read(given, static (_, _) => null);
    }

    /// <summary>Fields that are to change, as they are stored; those that are null are to be taken away.</summary>
    /// <param name="given">What was asked for; not changed.</param>
    public Decision<JsonObject> ReadChange(JsonObject given) => Read(given, (field, value) =>
        field.IsFixed ? Invalid(field, value, $"It stays as the {Noun} was created with it.")
        : field.IsRequired && value is null ? Invalid(field, null, "It cannot be taken away.")
        : null);

    /// <summary>The value of a field that has to be there.</summary>
    public ObjectField this[string name] => Fields.First(field => field.Name == name);

    /// <summary>A no that names field, value and rule (load-balancer-api.md §4).</summary>
    public static Refusal Invalid(ObjectField field, JsonNode? value, string rule) =>
        new(RefusalKind.Invalid, $"Invalid input for field/attribute {field.Name}. Value: '{Spell(value)}'. {rule}");

    /// <summary>A value for people.</summary>
    public static string Spell(JsonNode? value) => value switch
    {
        null => "None",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        JsonArray list => string.Join(',', list.Select(Spell)),
        JsonObject fields => string.Join(',', fields.Where(static field => field.Value is not null).Select(static field => $"{field.Key}={Spell(field.Value)}")),
        _ => value.ToJsonString(),
    };

    private Decision<JsonObject> Read(JsonObject given, Func<ObjectField, JsonNode?, Refusal?> refuse)
    {
        JsonObject read = [];
        foreach (var (name, value) in given)
        {
            if (Fields.FirstOrDefault(field => field.Name == name) is not { } field)
            {
                return new Refusal(RefusalKind.Invalid, $"Unknown attribute for argument {Noun}.{Noun}: {name}");
            }

            if (refuse(field, value) is { } no)
            {
                return no;
            }

            var stored = value is null ? null : field.Shape.Read(value);
            if (stored is null && value is not null)
            {
                return field.Unsupported.Contains(Spell(value))
                    ? new Refusal(RefusalKind.Unsupported, $"Provider 'amphora' does not support a requested option: {field.Name} {Spell(value)}. What is needed is {field.Shape.Rule}.")
                    : Invalid(field, value, $"What is needed is {field.Shape.Rule}.");
            }

            read[name] = stored;
        }

        return read;
    }
}
