// Filters of lists: a field that has a value, tags (load-balancer-api.md §5).
using System.CommandLine;
using System.Text.Json.Nodes;
using Amphora.Controller.LoadBalancers.Fields;

namespace Amphora.Controller.Cli.Objects;

/// <summary>Options that every list has.</summary>
internal sealed class ListFilters
{
    private readonly (string Field, Option<string> Option)[] _equal =
    [
        Equal("name", "--name", "Of this name."),
        Equal("project_id", "--project", "Of this project."),
        Equal("provisioning_status", "--provisioning-status", "In this provisioning status."),
        Equal("operating_status", "--operating-status", "In this operating status."),
        Equal("protocol", "--protocol", "Of this protocol."),
        Equal("vip_address", "--vip-address", "With this VIP."),
    ];

    private readonly Option<bool> _enabled = new("--enable") { Description = "Only what is used." };
    private readonly Option<bool> _disabled = new("--disable") { Description = "Only what is not." };
    private readonly Option<string[]> _all = Tags("--tags", "Has all of these tags, with commas between.");
    private readonly Option<string[]> _any = Tags("--any-tags", "Has any of these tags.");
    private readonly Option<string[]> _notAll = Tags("--not-tags", "Has not all of these tags.");
    private readonly Option<string[]> _notAny = Tags("--not-any-tags", "Has none of these tags.");

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="others">Fields of which there is none here.</param>
    public void AddTo(Command command, params string[] others)
    {
        Option[] tags = others.Contains("tags") ? [] : [_all, _any, _notAll, _notAny];
        foreach (var option in (Option[])[.. _equal.Where(filter => !others.Contains(filter.Field)).Select(static filter => filter.Option), _enabled, _disabled, .. tags])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether an object is to be listed.</summary>
    public bool Fits(ParseResult parsed, JsonObject view)
    {
        var tags = (view["tags"] as JsonArray ?? []).Select(static tag => (string)tag!).ToHashSet();
        return _equal.All(filter => parsed.GetValue(filter.Option) is not { } wanted || ObjectType.Spell(view[filter.Field]) == wanted)
            && !(parsed.GetValue(_enabled) && (bool?)view["admin_state_up"] == false)
            && !(parsed.GetValue(_disabled) && (bool?)view["admin_state_up"] == true)
            && Given(parsed, _all) is var all && tags.IsSupersetOf(all)
            && Given(parsed, _any) is var any && (any.Length == 0 || tags.Overlaps(any))
            && Given(parsed, _notAll) is var notAll && (notAll.Length == 0 || !tags.IsSupersetOf(notAll))
            && Given(parsed, _notAny) is var notAny && !tags.Overlaps(notAny);
    }

    private static string[] Given(ParseResult parsed, Option<string[]> option) => [.. (parsed.GetValue(option) ?? []).SelectMany(static words => words.Split(','))];

    private static (string Field, Option<string> Option) Equal(string field, string name, string description) =>
        (field, CommandOptions.One<string>(name, "VALUE", description, "a value is needed", CommandOptions.NotEmpty));

    private static Option<string[]> Tags(string name, string description) => CommandOptions.Many<string>(name, "TAG[,TAG]", description, "a tag is needed", CommandOptions.NotEmpty);
}
