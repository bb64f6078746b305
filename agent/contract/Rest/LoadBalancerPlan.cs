// PUT /2.0/load-balancers/{id}?dry_run=true: what the same request would do without it.
namespace Amphora.Contract.Rest;

/// <summary>A plan that was made and not carried out. What it is about may be changed by others before it is.</summary>
public sealed record LoadBalancerPlan
{
    /// <summary><see cref="Verdict"/> of a plan without anything to do.</summary>
    public const string Nothing = "nothing";

    /// <summary><see cref="Verdict"/> of a plan that HAProxy takes while it runs.</summary>
    public const string Runtime = "runtime";

    /// <summary>The load balancer.</summary>
    public required string Id { get; init; }

    /// <summary>The generation that would be in force.</summary>
    public required long Generation { get; init; }

    /// <summary>What happens to HAProxy: <c>nothing</c>, <c>runtime</c>, <c>start</c>, <c>reload</c>, <c>restart</c> or <c>remove</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why HAProxy needs another process, a line for people each; empty when it does not.</summary>
    public ValueList<string> Reasons { get; init; }

    /// <summary>What is different, a line for people each, as the answer without <c>dry_run</c> says it.</summary>
    public ValueList<string> Changes { get; init; }

    /// <summary>Commands over HAProxy's runtime socket (management guide §9.3).</summary>
    public ValueList<string> Commands { get; init; }

    /// <summary>What would happen to other services, as <c>reload octavia-keepalived.service</c>.</summary>
    public ValueList<string> Services { get; init; }

    /// <summary>How the texts differ.</summary>
    public ValueList<FileDifference> Files { get; init; }

    /// <summary>What clients would notice, for people.</summary>
    public required string Cost { get; init; }
}

/// <summary>How a text differs from the one in force.</summary>
/// <param name="File">As <c>haproxy.cfg</c>.</param>
/// <param name="Difference">In the unified format of diff(1).</param>
public sealed record FileDifference(string File, string Difference);
