// The model of L7 policies and their rules: config-rendering §6.
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>A policy that does something.</summary>
internal sealed record PolicyView : View
{
    public required string Id { get; init; }

    /// <summary><c>deny</c>, <c>location</c>, <c>prefix</c> or <c>use_backend</c>.</summary>
    public required string Action { get; init; }

    public string? RedirectUrl { get; init; }

    public string? RedirectPrefix { get; init; }

    public long? RedirectHttpCode { get; init; }

    public string? Backend { get; init; }

    public required ValueList<RuleView> Rules { get; init; }

    protected override object? Member(string name) => name switch
    {
        "id" => Id,
        "action" => Action,
        "redirect_url" => RedirectUrl,
        "redirect_prefix" => RedirectPrefix,
        "redirect_http_code" => RedirectHttpCode,
        "backend" => Backend,
        "rules" => Rules,
        _ => Unknown,
    };
}

/// <summary>A rule: one ACL and one term of the policy's condition.</summary>
internal sealed record RuleView : View
{
    public required string Id { get; init; }

    /// <summary>Name of the sample fetch or of the ACL keyword, as <c>req.hdr</c>.</summary>
    public required string Fetch { get; init; }

    /// <summary>Argument of the fetch.</summary>
    public string? Key { get; init; }

    public required bool IgnoreCase { get; init; }

    /// <summary>Argument of <c>-m</c>.</summary>
    public string? Match { get; init; }

    /// <summary>Operator of a comparison of numbers.</summary>
    public string? Operator { get; init; }

    /// <summary>The pattern; null when the fetch is true or false by itself.</summary>
    public string? Value { get; init; }

    public required bool Invert { get; init; }

    protected override object? Member(string name) => name switch
    {
        "id" => Id,
        "fetch" => Fetch,
        "key" => Key,
        "ignore_case" => IgnoreCase,
        "match" => Match,
        "operator" => Operator,
        "value" => Value,
        "invert" => Invert,
        _ => Unknown,
    };
}
