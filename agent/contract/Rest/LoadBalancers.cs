// /2.0/load-balancers: answers of PUT, GET, DELETE.
namespace Amphora.Contract.Rest;

/// <summary>Answer of <c>PUT</c> and <c>DELETE /2.0/load-balancers/{id}</c>, and of <c>POST …/confirm</c> and <c>…/rollback</c>.</summary>
public sealed record LoadBalancerApplied
{
    /// <summary>The load balancer.</summary>
    public required string Id { get; init; }

    /// <summary>The generation now in force; null after a DELETE.</summary>
    public long? Generation { get; init; }

    /// <summary><c>applied</c>, <c>unchanged</c>, <c>deleted</c>, <c>confirmed</c> or <c>rolled_back</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The entry of the history that is in force; null after a DELETE.</summary>
    public long? Sequence { get; init; }

    /// <summary>By when it has to be confirmed; null: it need not be.</summary>
    public DateTimeOffset? ConfirmBy { get; init; }

    /// <summary>What is different from before, a line for people each, as <c>haproxy.cfg changed</c>.</summary>
    public ValueList<string> Changes { get; init; }

    /// <summary>What was done, in order.</summary>
    public ValueList<ActionTaken> Actions { get; init; }

    /// <summary>From the start of the request to the end of the last action, in milliseconds.</summary>
    public required double DurationMs { get; init; }
}

/// <summary>One thing the agent did.</summary>
/// <param name="Action">As <c>check</c>, <c>write</c>, <c>start</c>, <c>reload</c>, <c>stop</c>, <c>remove</c>, <c>announce</c>.</param>
/// <param name="Target">File, unit or interface.</param>
/// <param name="DurationMs">Milliseconds.</param>
public sealed record ActionTaken(string Action, string Target, double DurationMs);

/// <summary>One row of <c>GET /2.0/load-balancers</c>.</summary>
public sealed record LoadBalancerSummary
{
    /// <summary>The load balancer.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, for people.</summary>
    public string? Name { get; init; }

    /// <summary>The generation in force; null when it is managed over API 1.0.</summary>
    public long? Generation { get; init; }

    /// <summary>The API that manages it: <c>2.0</c> or <c>1.0</c>.</summary>
    public required string ManagedBy { get; init; }
}

/// <summary>Answer of <c>GET /2.0/load-balancers</c>.</summary>
/// <param name="LoadBalancers">By id.</param>
public sealed record LoadBalancerList(ValueList<LoadBalancerSummary> LoadBalancers);
