// The one place that gives faults and failures the wire shape of API 2.0: RFC 9457. The table is docs/http-status-codes.md.
using Amphora.Contract;
using Amphora.Contract.Rest;
using Microsoft.AspNetCore.WebUtilities;

namespace Amphora.Agent.Http;

/// <summary>Makes problem details.</summary>
internal static class Problems
{
    private const string Prefix = "urn:amphora:problem:";

    /// <summary>400: the document is wrong; every finding with its path.</summary>
    public static IResult Of(ValueList<Fault> faults) => Answer(new Problem
    {
        Type = Prefix + "invalid-document",
        Title = "The document breaks the contract",
        Status = StatusCodes.Status400BadRequest,
        Detail = faults.Count == 1 ? $"{Where(faults[0])}{faults[0].Message}" : $"{faults.Count} faults; the first: {Where(faults[0])}{faults[0].Message}",
        Faults = faults,
    });

    /// <summary>The status of the failure's kind, with the tool's own words.</summary>
    public static IResult Of(Failure failure)
    {
        var (status, type, title) = Kind(failure.Kind);
        return Answer(new Problem
        {
            Type = Prefix + type,
            Title = title,
            Status = status,
            Detail = failure.Message,
            Failure = new ProblemFailure
            {
                Step = failure.Step,
                Tool = failure.Tool,
                ExitCode = failure.ExitCode,
                Output = failure.Output,
                DurationMs = failure.Duration?.TotalMilliseconds,
            },
        });
    }

    /// <summary>A problem that is only a status code: unknown route, wrong method, body too large.</summary>
    public static IResult Of(int status, string? detail) => Answer(new Problem
    {
        Type = "about:blank",
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail,
    });

    private static string Where(Fault fault) => fault.Path.Length == 0 ? "" : fault.Path + ": ";

    private static ProblemResult Answer(Problem problem) => new(problem);

    private static (int Status, string Type, string Title) Kind(FailureKind kind) => kind switch
    {
        FailureKind.Refused => (StatusCodes.Status422UnprocessableEntity, "refused-configuration", "A program refuses the configuration"),
        FailureKind.NotFound => (StatusCodes.Status404NotFound, "not-found", "It is not there"),
        FailureKind.Conflict => (StatusCodes.Status409Conflict, "conflict", "It contradicts what is in force"),
        FailureKind.Precondition => (StatusCodes.Status412PreconditionFailed, "precondition-failed", "If-Match does not hold"),
        FailureKind.Exhausted => (StatusCodes.Status507InsufficientStorage, "exhausted", "The host is out of a resource"),
        FailureKind.Untrusted => (StatusCodes.Status403Forbidden, "untrusted", "Nobody who is trusted has signed it"),
        FailureKind.TimedOut => (StatusCodes.Status504GatewayTimeout, "timed-out", "It did not happen in time"),
        _ => (StatusCodes.Status500InternalServerError, "internal", "The agent could not do it"),
    };
}
