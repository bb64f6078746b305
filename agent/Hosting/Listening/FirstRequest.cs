// Whether a connection has been of use yet.
namespace Amphora.Agent.Hosting.Listening;

/// <summary>A feature of each connection: over once its first request began, or it ended without one. A request that has begun is
/// answered whatever happens; a connection that waits for its first one is closed by Kestrel when the agent stops.</summary>
internal sealed class FirstRequest
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when there is nothing more to wait for.</summary>
    public Task Over => _over.Task;

    /// <summary>There is nothing more to wait for.</summary>
    public void End() => _over.TrySetResult();
}

/// <summary>The pipeline's part.</summary>
internal static class FirstRequests
{
    /// <summary>Says of every connection when its first request has begun, and to every client of an agent that stops not to ask here again.</summary>
    public static void UseFirstRequests(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) =>
        {
            context.Features.Get<FirstRequest>()?.End();
            if (stopping.IsCancellationRequested)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
