// A field of an object: what the API, the command line and documents call it, what it may be, and when.
using System.Text.Json.Nodes;
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>One field. The command line's options, what requests are checked by and what is said of wrong ones follow from it.</summary>
/// <param name="Name">In the API and in documents.</param>
/// <param name="Shape">What it may be.</param>
/// <param name="Description">For people.</param>
internal sealed record ObjectField(string Name, FieldShape Shape, string Description)
{
    /// <summary>Has to be given when the object is created, and is never taken away.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Stays as the object was created with it.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Values that the API has and amphorae do not (501).</summary>
    public ValueList<string> Unsupported { get; init; }

    /// <summary>What an absent one means, as JSON; null: nothing.</summary>
    public string? Default { get; init; }

    /// <summary>Whom the default is for; null: everybody. The argument are the object's other fields.</summary>
    public Func<JsonObject, bool>? HasDefault { get; init; }

    /// <summary>True for what the controller keeps and no amphora is told (desired-state.md §1).</summary>
    public bool IsKept { get; init; }

    /// <summary>The command line's option, without dashes; null: the name with dashes.</summary>
    public string? Option { get; init; }

    /// <summary>The option that says false, without dashes; null: there is none.</summary>
    public string? Negation { get; init; }

    /// <summary>The name of the option.</summary>
    public string OptionName => $"--{Option ?? Name.Replace('_', '-')}";

    /// <summary>What an object has in this field: what it was given, else the default.</summary>
    public JsonNode? Of(JsonObject body) => body[Name] is { } value
        ? value.DeepClone()
        : Default is not null && (HasDefault is null || HasDefault(body)) ? JsonNode.Parse(Default) : null;
}
