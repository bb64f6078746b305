// Options of a command from the fields of an object, and a request's fields from what was given.
using System.CommandLine;
using System.Text.Json.Nodes;
using Amphora.Controller.LoadBalancers.Fields;

namespace Amphora.Controller.Cli.Objects;

/// <summary>Every field is an option; values are checked by the field's own rule before anything else happens.</summary>
internal sealed class FieldOptions
{
    private readonly List<(ObjectField Field, Option Option, Func<ParseResult, JsonNode?> Read)> _options = [];

    private FieldOptions()
    {
    }

    /// <summary>Options that give values: all for a new object, those that may change for one there is.</summary>
    public static FieldOptions Values(ResourceType type, bool isNew)
    {
        var options = new FieldOptions();
        foreach (var field in type.Fields.Where(field => isNew || !field.IsFixed))
        {
            options.Add(field, isNew);
        }

        return options;
    }

    /// <summary>Options that take values away.</summary>
    public static FieldOptions Absences(ResourceType type)
    {
        var options = new FieldOptions();
        foreach (var field in type.Fields.Where(static field => field is { IsFixed: false, IsRequired: false } and not { Name: "admin_state_up" or "position" }))
        {
            var name = field.Name.EndsWith("_id", StringComparison.Ordinal) ? field.Name[..^3] : field.Name;
            var option = new Option<bool>(field.Name == HeadFields.Tags.Name ? "--all-tag" : $"--{name.Replace('_', '-')}") { Description = $"No {name.Replace('_', ' ')} any more." };
            options._options.Add((field, option, _ => null));
        }

        return options;
    }

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option, _) in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was given; null where it is to be taken away.</summary>
    public JsonObject Read(ParseResult parsed)
    {
        JsonObject given = [];
        foreach (var (field, option, read) in _options.Where(option => IsGiven(parsed, option.Option)))
        {
            given[field.Name] = read(parsed);
        }

        return given;
    }

    private void Add(ObjectField field, bool isNew)
    {
        switch (field.Shape)
        {
            case TruthShape:
                AddTruth(field);
                break;
            case CidrsShape or TextsShape or WordsShape:
                var many = CommandOptions.Many<string>(field.OptionName, "VALUE", field.Description, $"{field.Shape.Rule} is needed", (string word, out string value) => Fits(field, new JsonArray(word), value = word));
                // As the stock client has it: several words, or several times.
                many.AllowMultipleArgumentsPerToken = field.Name == "sni_container_refs";
                Suggest(many, field.Shape);
                _options.Add((field, many, parsed => new JsonArray([.. parsed.GetValue(many)!.Distinct().Select(static value => JsonValue.Create(value))])));
                break;
            default:
                var option = CommandOptions.One<string>(field.OptionName, ValueName(field.Shape), field.Description, $"{field.Shape.Rule} is needed", (string word, out string value) => Fits(field, Parse(field, word), value = word));
                option.Required = isNew && field.IsRequired;
                Suggest(option, field.Shape);
                _options.Add((field, option, parsed => Parse(field, parsed.GetValue(option)!)));
                break;
        }
    }

    private void AddTruth(ObjectField field)
    {
        var yes = new Option<bool>(field.OptionName) { Description = field.Description };
        _options.Add((field, yes, _ => JsonValue.Create(true)));
        if (field.Negation is { } negation)
        {
            _options.Add((field, new Option<bool>($"--{negation}") { Description = $"The opposite of {field.OptionName}." }, _ => JsonValue.Create(false)));
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    // Names stand for ids until they are looked up.
    private static bool Fits(ObjectField field, JsonNode value, string word) => field.Shape is IdShape ? word.Length > 0 : field.Shape.Read(value) is not null;

    private static JsonNode Parse(ObjectField field, string word) => field.Shape is ObjectShape or HeadersShape ? ParseFields(word) : JsonValue.Create(word);

    private static JsonObject ParseFields(string word)
    {
        JsonObject fields = [];
        foreach (var part in word.Split(',', StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            fields[name] = value;
        }

        return fields;
    }

    private static string ValueName(FieldShape shape) => shape switch
    {
        WordShape words => string.Join('|', words.Words),
        VersionShape versions => string.Join('|', versions.Words),
        NumberShape => "N",
        AddressShape => "ADDRESS",
        IdShape => "NAME-OR-ID",
        ObjectShape or HeadersShape => "NAME=VALUE,…",
        _ => "TEXT",
    };

    private static void Suggest(Option option, FieldShape shape)
    {
        var words = shape switch { WordShape word => word.Words, WordsShape several => several.Words, VersionShape version => version.Words, _ => [] };
        if (words.Count > 0)
        {
            option.CompletionSources.Add([.. words]);
        }
    }
}
