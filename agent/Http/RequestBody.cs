// Reads a request's body whole, within a limit.
using System.Buffers;
using System.IO.Pipelines;

namespace Amphora.Agent.Http;

/// <summary>Reads bodies. Handlers bind no documents as parameters (style.md 11): they read bytes and hand them to the contract's reader.</summary>
internal static class RequestBody
{
    /// <summary>The whole body, or the answer to give instead: 413 when it is larger than <paramref name="limit"/> bytes,
    /// 408 when it does not arrive within <paramref name="readTimeout"/>.</summary>
    public static async Task<(byte[]? Body, IResult? Refusal)> ReadDocumentAsync(
        this HttpRequest request, int limit, TimeSpan readTimeout, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(readTimeout);
        try
        {
            return await ReadAsync(request, limit, timeout.Token) is { } body
                ? (body, null)
                : (null, Problems.Of(StatusCodes.Status413PayloadTooLarge, $"the body may have at most {limit} bytes"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Problems.Of(StatusCodes.Status408RequestTimeout, $"the body did not arrive within {readTimeout.TotalSeconds} s"));
        }
    }

    /// <summary>The whole body, or null when it is larger than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="BadHttpRequestException">The peer broke the framing or was slower than Kestrel's minimum data rate.</exception>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > limit)
            {
                return null;
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            // Nothing is consumed until all is there: the pipe keeps the segments and the copy is made once.
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
