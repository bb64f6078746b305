// One row of agent-api.md: a request and what has to come back. Data, so that any agent can be held against it.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>A request to an agent and its answer.</summary>
/// <param name="What">The row, for people.</param>
/// <param name="Method">As <c>PUT</c>.</param>
/// <param name="Path">From the root.</param>
/// <param name="Status">Expected.</param>
internal sealed record Row(string What, string Method, string Path, int Status)
{
    /// <summary>Body of the request; null: none.</summary>
    public string? Body { get; init; }

    /// <summary>True: the body travels as application/json.</summary>
    public bool IsJson { get; init; }

    /// <summary>The whole body as JSON, compared member by member; null: not compared.</summary>
    public string? Json { get; init; }

    /// <summary>The whole body as text; null: not compared.</summary>
    public string? Text { get; init; }

    /// <summary>message of E2; null: not compared.</summary>
    public string? Message { get; init; }

    /// <summary>Something details has to contain; null: not compared.</summary>
    public string? Details { get; init; }

    /// <summary>The content whose MD5 the ETag is; empty: there is no ETag; null: not compared.</summary>
    public string? TagOf { get; init; }

    /// <summary>Members the body has to have; null: not compared.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>What a stock agent answers instead; null: the same.</summary>
    public StockAnswer? Stock { get; init; }

    /// <summary>What is wrong with a stock agent's reply, a line each.</summary>
    public IReadOnlyList<string> CheckStock(OctaviaReply reply) => Stock is not { } stock ? Check(reply)
        : reply.Status == stock.Status && reply.Text.Contains(stock.Contains, StringComparison.Ordinal) ? []
        : [$"{What}: {Method} {Path}: {reply.Status} {reply.Text}, not {stock.Status} with {stock.Contains}"];

    /// <summary>What is wrong with a reply, a line each.</summary>
    public IReadOnlyList<string> Check(OctaviaReply reply)
    {
        List<string> findings = [];
        void Find(bool isWrong, string said)
        {
            if (isWrong)
            {
                findings.Add($"{What}: {Method} {Path}: {said}");
            }
        }

        Find(reply.Status != Status, $"status {reply.Status}, not {Status}: {reply.Text}");
        Find(Status == 404 && reply.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true, $"a 404 of type {reply.ContentType}: the driver waits for ten minutes");
        Find(Json is not null && !JsonNode.DeepEquals(JsonNode.Parse(Json), reply.Json), $"body {reply.Text}, not {Json}");
        Find(Text is not null && reply.Text != Text, $"text {reply.Text}, not {Text}");
        Find(Message is not null && reply.Message != Message, $"message {reply.Message}, not {Message}");
        Find(Details is not null && reply.Details?.Contains(Details, StringComparison.Ordinal) != true, $"details {reply.Details}, without {Details}");
        Find(TagOf is not null && (reply.ETag ?? "") != Tag(TagOf), $"ETag {reply.ETag}, not {Tag(TagOf ?? "")}");
        Find(Members is not null && !Members.All(member => reply.Json?[member] is not null), $"body {reply.Text}, without one of {string.Join(", ", Members ?? [])}");
        return findings;
    }

    /// <summary>The ETag of a content; of an empty one: none.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "names a content, protects nothing; upstream's choice")]
    public static string Tag(string content) => content.Length == 0 ? "" : Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(content)));
}
