// What API 1.0 answers: its success bodies, and the error shapes E1, E2 and E3 of Octavia's agent.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Amphora.Agent.OctaviaApi.Inventory;
using Amphora.Agent.OctaviaApi.Ports;
using Amphora.Contract;
using Microsoft.AspNetCore.WebUtilities;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Makes answers. Clients look at the status and print the texts, so the words are upstream's.</summary>
internal static class Answers
{
    private const string JsonType = "application/json";
    private const string TextType = "text/plain; charset=UTF-8";

    /// <summary><c>{"message":"OK"}</c>.</summary>
    /// <param name="status">200 or 202.</param>
    /// <param name="details">What was done; null: left out.</param>
    public static IResult Ok(int status, string? details = null) => Message(status, "OK", details);

    /// <summary>E2, or E3 when message or details are left out.</summary>
    /// <param name="status">400, 403, 404, 405, 409 or 500: the driver takes any other for success.</param>
    /// <param name="message">What failed; null: left out.</param>
    /// <param name="details">A tool's own words; null: left out.</param>
    public static IResult Message(int status, string? message, string? details = null) =>
        Json(new OctaviaAnswer(message, details), OctaviaJson.Default.OctaviaAnswer, status);

    /// <summary>500 as E2; the details are the tool's own words where it said any.</summary>
    public static IResult Failed(string message, Failure failure) => Message(StatusCodes.Status500InternalServerError, message, Words(failure));

    /// <summary>409 as E2: the other API manages what should be changed.</summary>
    public static IResult Conflict(Failure failure) => Message(StatusCodes.Status409Conflict, "Managed over API 2.0", failure.Message);

    /// <summary>E1: <c>{"error":"404 Not Found: text","http_code":404}</c>.</summary>
    public static IResult Error(int status, string text) =>
        Json(new OctaviaError($"{status} {ReasonPhrases.GetReasonPhrase(status)}: {text}", status), OctaviaJson.Default.OctaviaError, status);

    /// <summary>A configuration as it is stored.</summary>
    public static IResult Text(byte[] content) => TypedResults.Bytes(content, TextType);

    /// <summary>Any body.</summary>
    public static IResult Json<T>(T body, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => TypedResults.Json(body, type, JsonType, status);

    /// <summary>Entity tags of API 1.0 and the digests of its bodies: MD5 in hex, bare.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "names a content, protects nothing; upstream's choice")]
    public static string Digest(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));

    private static string Words(Failure failure) => failure.Output is { Length: > 0 } output ? output : failure.Message;
}

/// <summary>Success, E2 and E3.</summary>
/// <param name="Message">What happened.</param>
/// <param name="Details">More of it.</param>
internal sealed record OctaviaAnswer(string? Message, string? Details);

/// <summary>E1.</summary>
/// <param name="Error">Code, reason and text.</param>
/// <param name="HttpCode">The status once more.</param>
internal sealed record OctaviaError(string Error, int HttpCode);

/// <summary>Answer to GET of a certificate file.</summary>
/// <param name="Md5sum">MD5 of the content, hex.</param>
internal sealed record CertificateDigest(string Md5sum);

/// <summary>JSON of API 1.0: snake_case, what is null left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OctaviaAnswer))]
[JsonSerializable(typeof(OctaviaError))]
[JsonSerializable(typeof(CertificateDigest))]
[JsonSerializable(typeof(AmphoraVersions))]
[JsonSerializable(typeof(AmphoraDetails))]
[JsonSerializable(typeof(ListenerSummary[]))]
[JsonSerializable(typeof(InterfaceAnswer))]
internal sealed partial class OctaviaJson : JsonSerializerContext;
