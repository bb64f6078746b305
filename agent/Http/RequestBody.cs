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
        try
        {
            return (await request.ReadBytesAsync(limit, readTimeout, cancellationToken), null);
        }
        catch (BadHttpRequestException refusal)
        {
            return (null, Problems.Of(refusal.StatusCode, refusal.Message));
        }
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="BadHttpRequestException">413: it is larger than <paramref name="limit"/> bytes; 408: it did not arrive within
    /// <paramref name="readTimeout"/>; what Kestrel says of a peer that broke the framing.</exception>
    public static async Task<byte[]> ReadBytesAsync(
        this HttpRequest request, int limit, TimeSpan readTimeout, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(readTimeout);
        try
        {
            var body = await ReadAsync(request, limit, timeout.Token)
                ?? throw new BadHttpRequestException($"the body may have at most {limit} bytes", StatusCodes.Status413PayloadTooLarge);
            RequestTrace.Of(request.HttpContext).Body = body;
            return body;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException($"the body did not arrive within {readTimeout.TotalSeconds} s", StatusCodes.Status408RequestTimeout);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // Kestrel has its own exception for some framing errors and not for others: a chunk size that overflows is none of them.
            throw new BadHttpRequestException($"the body cannot be read: {broken.Message}", StatusCodes.Status400BadRequest, broken);
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
