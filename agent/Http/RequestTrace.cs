// What a request came to, for those who write it down when it is over.
namespace Amphora.Agent.Http;

/// <summary>Left in the features of a request.</summary>
internal sealed class RequestTrace
{
    /// <summary>The body, when it was read to its end.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Type of the problem that was answered.</summary>
    public string? Problem { get; set; }

    /// <summary>What was being done when it failed.</summary>
    public string? Step { get; set; }

    /// <summary>The trace of a request; a first one is made.</summary>
    public static RequestTrace Of(HttpContext context)
    {
        if (context.Features.Get<RequestTrace>() is not { } trace)
        {
            trace = new RequestTrace();
            context.Features.Set(trace);
        }

        return trace;
    }
}
