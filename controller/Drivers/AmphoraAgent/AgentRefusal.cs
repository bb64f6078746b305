// What an agent said when it refused: problem details of API 2.0, or the error bodies of API 1.0.
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.AmphoraAgent.Octavia;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>Reads refusals.</summary>
internal static class AgentRefusal
{
    /// <summary>The error that an answer with an error status stands for.</summary>
    public static AgentError Read(AgentEndpoint agent, HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var octavia = Parse(response, "application/json", body, OctaviaJson.Default.OctaviaAnswer);
        var problem = octavia is null ? Parse(response, "application/problem+json", body, ContractJson.Default.Problem) : ProblemOf(octavia, status);
        return new AgentError(AgentErrorKind.Refused, $"{agent.Name} refuses: {problem?.Detail ?? problem?.Title ?? $"{status} {response.ReasonPhrase}"}")
        {
            Status = status,
            Problem = problem,
            // E1 with a 404 is the framework's (agent-api §1); a thing that is not there is E2.
            IsUnknownRoute = response.StatusCode == HttpStatusCode.NotFound && octavia?.Error is not null,
        };
    }

    private static Problem ProblemOf(OctaviaAnswer answer, int status) => new()
    {
        Type = "about:blank",
        Title = answer.Error ?? answer.Message ?? answer.Details ?? "no reason given",
        Status = status,
        Failure = answer is { Message: { } message, Details: { } words } ? new ProblemFailure { Step = message, Output = words } : null,
    };

    private static T? Parse<T>(HttpResponseMessage response, string mediaType, byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        if (response.Content.Headers.ContentType?.MediaType != mediaType)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            // The status code says enough.
            return null;
        }
    }
}
