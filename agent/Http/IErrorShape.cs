// How an API version words errors.
using Amphora.Contract;

namespace Amphora.Agent.Http;

/// <summary>A version of the API whose errors are not problem details.</summary>
internal interface IErrorShape
{
    /// <summary>True when the path is this version's.</summary>
    bool IsFor(PathString path);

    /// <summary>An error that is only a status: unknown route, wrong method, broken framing.</summary>
    IResult Of(int status, string? detail);

    /// <summary>A failure of the world.</summary>
    IResult Of(Failure failure);
}
