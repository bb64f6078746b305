// What has to happen below a load balancer so that it is as somebody wants it.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Planning;

/// <summary>The plan.</summary>
/// <param name="Steps">A step an object, as people see it.</param>
/// <param name="Tree">Listeners and pools as they are to be, with ids.</param>
internal sealed record TreePlan(ValueList<PlanStep> Steps, JsonObject Tree)
{
    /// <summary>True when nothing has to happen.</summary>
    public bool IsNothing => Steps.All(static step => step.Verb == PlanVerb.Keep);
}

/// <summary>What happens to one object.</summary>
/// <param name="Verb">What.</param>
/// <param name="Noun">Of which kind it is.</param>
/// <param name="Name">What people know it by.</param>
/// <param name="Changes">Fields that change.</param>
internal sealed record PlanStep(PlanVerb Verb, string Noun, string Name, ValueList<FieldChange> Changes)
{
    /// <summary>The line.</summary>
    public override string ToString()
    {
        var changes = string.Join(", ", Changes.Select(static change => $"{change.Field}: {change.From} -> {change.To}"));
        return $"{(char)Verb} {Noun} {Name}{(changes.Length > 0 ? $"  {changes}" : "")}";
    }
}

/// <summary>A field that changes.</summary>
/// <param name="Field">Which.</param>
/// <param name="From">What it is.</param>
/// <param name="To">What it will be.</param>
internal sealed record FieldChange(string Field, string From, string To)
{
    /// <summary>From one value to another.</summary>
    public static FieldChange Of(string field, JsonNode? from, JsonNode? to) => new(field, Spell(from), Spell(to));

    private static string Spell(JsonNode? value) => value is null || ObjectType.Spell(value).Length == 0 ? "none" : ObjectType.Spell(value);
}

/// <summary>What happens; the values are the marks before the lines.</summary>
internal enum PlanVerb
{
    /// <summary>It is there as it is wanted.</summary>
    Keep = '=',

    /// <summary>It comes.</summary>
    Create = '+',

    /// <summary>Some of its fields change.</summary>
    Change = '~',

    /// <summary>It goes.</summary>
    Delete = '-',
}
