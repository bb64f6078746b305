// Fields of health monitors (load-balancer-api.md §11).
using System.Text.Json.Nodes;
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>In the order they are shown.</summary>
internal static class MonitorFields
{
    // The API begins at 0 s, but HAProxy does not check without a pause, nor an amphora take such a document (load-balancer.schema.json).
    private const int LeastSeconds = 1;
    private const int MostSeconds = 2_073_600;
    private const int MostRetries = 10;

    /// <summary>All of them.</summary>
    public static ValueList<ObjectField> All { get; } =
    [
        HeadFields.Name,
        HeadFields.AdminStateUp,
        new("type", new WordShape(WireNames.HealthMonitorTypes.Names), "How members are asked.") { IsRequired = true, IsFixed = true },
        new("delay", new NumberShape(LeastSeconds, MostSeconds), "Seconds between two questions.") { IsRequired = true },
        new("timeout", new NumberShape(LeastSeconds, MostSeconds), "Seconds to wait for an answer.") { IsRequired = true },
        new("max_retries", new NumberShape(1, MostRetries), "Good answers until a member is up.") { IsRequired = true },
        new("max_retries_down", new NumberShape(1, MostRetries), "Bad answers until a member is down (default: 3).") { Default = "3" },
        new("http_method", new WordShape(WireNames.HttpMethods.Names), "Method of an HTTP question (default: GET).") { Default = "\"GET\"", HasDefault = AsksInHttp },
        new("url_path", new TextShape(Least: 1), "Path of an HTTP question (default: /).") { Default = "\"/\"", HasDefault = AsksInHttp },
        new("expected_codes", new TextShape(Least: 3), "Status codes that are good, as 200, 200,202 or 200-204 (default: 200).") { Default = "\"200\"", HasDefault = AsksInHttp },
        new("http_version", new VersionShape(WireNames.HttpVersions.Names), "Version of an HTTP question."),
        new("domain_name", new TextShape(Least: 1), "Host of an HTTP/1.1 question."),
        HeadFields.Tags,
    ];

    private static bool AsksInHttp(JsonObject monitor) => (string?)monitor["type"] is "HTTP" or "HTTPS";
}
