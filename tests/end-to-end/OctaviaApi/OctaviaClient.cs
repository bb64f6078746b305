// API 1.0 as a stock worker speaks it: a raw body in, status, headers and body out.
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>Speaks to any agent; disposes its client.</summary>
internal sealed class OctaviaClient(HttpClient http) : IDisposable
{
    /// <summary>The request of a row.</summary>
    public Task<OctaviaReply> SendAsync(Row row, CancellationToken cancellationToken) => row.IsJson
        ? SendJsonAsync(row.Method, row.Path, row.Body!, cancellationToken)
        : SendAsync(row.Method, row.Path, row.Body, cancellationToken);

    /// <summary>Any request. Bodies travel without Content-Type, as the driver sends them.</summary>
    /// <param name="method">As <c>PUT</c>.</param>
    /// <param name="path">From the root, as <c>/1.0/info</c>.</param>
    /// <param name="body">Null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<OctaviaReply> SendAsync(string method, string path, string? body, CancellationToken cancellationToken) =>
        SendContentAsync(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), cancellationToken);

    /// <summary>A request with a JSON body, declared as such.</summary>
    public Task<OctaviaReply> SendJsonAsync(string method, string path, string json, CancellationToken cancellationToken) =>
        SendContentAsync(method, path, MtlsClient.Json(json), cancellationToken);

    private async Task<OctaviaReply> SendContentAsync(string method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        // The path as it is written: Uri would make GET / of GET //.
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri(http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path));
        request.Content = body;
        using HttpResponseMessage answer = await http.SendAsync(request, cancellationToken);
        return new OctaviaReply(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.ToString(),
            answer.Headers.TryGetValues("ETag", out IEnumerable<string>? tags) ? tags.Single() : null,
            await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>PUT below /1.0.</summary>
    public Task<OctaviaReply> PutAsync(string path, string body, CancellationToken cancellationToken) => SendAsync("PUT", "/1.0" + path, body, cancellationToken);

    /// <summary>GET below /1.0.</summary>
    public Task<OctaviaReply> GetAsync(string path, CancellationToken cancellationToken) => SendAsync("GET", "/1.0" + path, null, cancellationToken);

    /// <summary>DELETE below /1.0.</summary>
    public Task<OctaviaReply> DeleteAsync(string path, CancellationToken cancellationToken) => SendAsync("DELETE", "/1.0" + path, null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed record OctaviaReply(int Status, string? ContentType, string? ETag, string Text)
{
    /// <summary>The body as JSON; null when it is no JSON.</summary>
    public JsonNode? Json => ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true && Text.Length > 0 ? JsonNode.Parse(Text) : null;

    /// <summary>message of E2.</summary>
    public string? Message => (string?)(Json as JsonObject)?["message"];

    /// <summary>details of E2.</summary>
    public string? Details => (string?)(Json as JsonObject)?["details"];

    /// <summary>This reply, or an exception with what it says when it has another status.</summary>
    public OctaviaReply Expect(int status) => Status == status ? this : throw new InvalidOperationException($"expected {status}, got {Status}: {Text}");
}
