// Every request of API 1.0 that changes something: its body first, then its turn in the write queue.
using Amphora.Agent.Apply;
using Amphora.Agent.Http;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Reads bodies and runs changes. Upstream serves one request at a time (agent-api §1); here that is true of changes.</summary>
internal sealed class Writes(OctaviaApiOptions options, WriteQueue queue)
{
    /// <summary>The largest body, in bytes: far above haproxy.cfg of thousands of members.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads the body, waits for its turn and does the work with it.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large or too slow; the edge answers it in the shape of API 1.0.</exception>
    public async Task<IResult> RunAsync(HttpRequest request, Func<byte[], CancellationToken, Task<IResult>> work, CancellationToken cancellationToken)
    {
        var body = await request.ReadBytesAsync(MaxBytes, options.ReadTimeout, cancellationToken);
        return await RunAsync(stopping => work(body, stopping), cancellationToken);
    }

    /// <summary>As <see cref="RunAsync(HttpRequest, Func{byte[], CancellationToken, Task{IResult}}, CancellationToken)"/>, without a body.</summary>
    /// <param name="work">Its token is cancelled only when the agent stops.</param>
    /// <param name="cancellationToken">The caller's, looked at until the work begins.</param>
    public async Task<IResult> RunAsync(Func<CancellationToken, Task<IResult>> work, CancellationToken cancellationToken)
    {
        var done = await queue.RunAsync(async stopping => (Outcome<Answer>)new Answer(await work(stopping)), cancellationToken);
        return done.Failure is { } failure ? Answers.Error(StatusCodes.Status500InternalServerError, failure.Message) : done.Value.Result;
    }

    // An interface cannot be converted to an outcome.
    private sealed record Answer(IResult Result);
}
