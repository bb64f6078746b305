// What API 1.0 answers: its success bodies, and the error shapes E1, E2 and E3 of Octavia's agent.
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Makes answers. Clients look at the status and print the texts, so the words are upstream's.</summary>
internal static class Answers
{
    /// <summary><c>{"message":"OK"}</c>.</summary>
    /// <param name="status">200 or 202.</param>
    /// <param name="details">What was done; null: left out.</param>
    public static IResult Ok(int status, string? details = null) => Message(status, "OK", details);

    /// <summary>E2, or E3 when message or details are left out.</summary>
    /// <param name="status">400, 403, 404, 405, 409 or 500: the driver takes any other for success.</param>
    /// <param name="message">What failed; null: left out.</param>
    /// <param name="details">A tool's own words; null: left out.</param>
    public static IResult Message(int status, string? message, string? details = null) =>
        TypedResults.Json(new OctaviaAnswer(message, details), OctaviaJson.Default.OctaviaAnswer, statusCode: status);

    /// <summary>E1: <c>{"error":"404 Not Found: text","http_code":404}</c>.</summary>
    public static IResult Error(int status, string text) => TypedResults.Json(
        new OctaviaError($"{status} {ReasonPhrases.GetReasonPhrase(status)}: {text}", status), OctaviaJson.Default.OctaviaError, statusCode: status);
}

/// <summary>Success, E2 and E3.</summary>
/// <param name="Message">What happened.</param>
/// <param name="Details">More of it.</param>
internal sealed record OctaviaAnswer(string? Message, string? Details);

/// <summary>E1.</summary>
/// <param name="Error">Code, reason and text.</param>
/// <param name="HttpCode">The status once more.</param>
internal sealed record OctaviaError(string Error, int HttpCode);

/// <summary>JSON of API 1.0: snake_case, what is null left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OctaviaAnswer))]
[JsonSerializable(typeof(OctaviaError))]
[JsonSerializable(typeof(InterfaceAnswer))]
internal sealed partial class OctaviaJson : JsonSerializerContext;
