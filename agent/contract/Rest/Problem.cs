// RFC 9457 problem details: every error of API 2.0.
using System.Text.Json.Serialization;

namespace Amphora.Contract.Rest;

/// <summary>An error answer, <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>A URI reference that names the kind, as <c>urn:amphora:problem:invalid-document</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words; the same for every problem of a type.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status code.</summary>
    public required int Status { get; init; }

    /// <summary>What happened this time.</summary>
    public string? Detail { get; init; }

    /// <summary>The request's path.</summary>
    public string? Instance { get; init; }

    /// <summary>What is wrong with the document, all of it; left out when empty.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueList<Fault> Faults { get; init; }

    /// <summary>What the world said.</summary>
    public ProblemFailure? Failure { get; init; }
}

/// <summary>A <see cref="Contract.Failure"/> on the wire.</summary>
public sealed record ProblemFailure
{
    /// <summary>What was being done.</summary>
    public required string Step { get; init; }

    /// <summary>Who refused.</summary>
    public string? Tool { get; init; }

    /// <summary>Exit code or errno.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Its own words.</summary>
    public string? Output { get; init; }

    /// <summary>Milliseconds.</summary>
    public double? DurationMs { get; init; }
}
