// Errors nobody's handler made, in the shape of API 1.0.
using Amphora.Agent.Http;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Speaks for every path that is not API 2.0's: a driver that looks for something we do not have must understand the 404
/// (a 404 that is not JSON means "still booting" to it, agent-api §1).</summary>
internal sealed class OctaviaErrorShape : IErrorShape
{
    private const string NotFound = "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.";
    private const string MethodNotAllowed = "The method is not allowed for the requested URL.";

    /// <inheritdoc/>
    public bool IsFor(PathString path) => !path.StartsWithSegments("/2.0", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IResult Of(int status, string? detail) => Known(status) switch
    {
        StatusCodes.Status404NotFound => Answers.Error(StatusCodes.Status404NotFound, NotFound),
        StatusCodes.Status405MethodNotAllowed => Answers.Error(StatusCodes.Status405MethodNotAllowed, MethodNotAllowed),
        var known => Answers.Error(known, detail ?? "the request cannot be served"),
    };

    /// <inheritdoc/>
    public IResult Of(Failure failure) => Answers.Error(
        failure.Kind switch
        {
            FailureKind.Refused => StatusCodes.Status400BadRequest,
            FailureKind.NotFound => StatusCodes.Status404NotFound,
            FailureKind.Conflict => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status500InternalServerError,
        },
        failure.Message);

    // The driver takes a status it does not know for success (octavia/amphorae/drivers/haproxy/exceptions.py).
    private static int Known(int status) => status switch
    {
        StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed or StatusCodes.Status409Conflict => status,
        >= StatusCodes.Status500InternalServerError => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };
}
