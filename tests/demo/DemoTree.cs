// The load balancer of the demonstration: three listeners over the same members.
using System.Globalization;
using System.Text.Json.Nodes;

namespace Amphora.Demo;

/// <summary>The file of <c>lb create --file</c>.</summary>
internal static class DemoTree
{
    public const string HostName = "www.example.com";
    private const int TcpPort = 8080;

    public static Uri Http { get; } = new($"http://{HostName}/");

    /// <summary>How the client reaches each listener; the TCP one carries HTTP without looking at it.</summary>
    public static IReadOnlyList<(string Name, Uri Url)> Listeners { get; } =
    [
        ("HTTP :80", Http), ("TERMINATED_HTTPS :443", new Uri($"https://{HostName}/")), ($"TCP :{TcpPort}", new Uri($"http://{HostName}:{TcpPort}/")),
    ];

    /// <summary>Pools of the listeners.</summary>
    public static IReadOnlyList<string> Pools { get; } = ["web", "tcp"];

    /// <summary>The tree.</summary>
    /// <param name="tlsContainer">Reference of the certificate.</param>
    /// <param name="members">Names and addresses.</param>
    public static JsonObject Of(string tlsContainer, IEnumerable<(string Name, string Address)> members)
    {
        (Guid web, Guid tcp) = (Guid.NewGuid(), Guid.NewGuid());
        JsonObject https = Listener("TERMINATED_HTTPS", 443, web);
        https["default_tls_container_ref"] = tlsContainer;
        return new JsonObject
        {
            ["listeners"] = new JsonArray(Listener("HTTP", 80, web), https, Listener("TCP", TcpPort, tcp)),
            ["pools"] = new JsonArray(Pool(web, Pools[0], "HTTP", members), Pool(tcp, Pools[1], "TCP", members)),
        };
    }

    private static JsonObject Listener(string protocol, int port, Guid pool) => new()
    {
        ["id"] = Guid.NewGuid(),
        ["name"] = string.Create(CultureInfo.InvariantCulture, $"{protocol.ToLowerInvariant()}-{port}"),
        ["protocol"] = protocol,
        ["protocol_port"] = port,
        ["default_pool_id"] = pool,
    };

    private static JsonObject Pool(Guid id, string name, string protocol, IEnumerable<(string Name, string Address)> members) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["protocol"] = protocol,
        ["lb_algorithm"] = "ROUND_ROBIN",
        ["healthmonitor"] = new JsonObject
        {
            ["id"] = Guid.NewGuid(),
            ["type"] = "HTTP",
            ["delay"] = 1,
            ["timeout"] = 1,
            ["max_retries"] = 1,
            ["max_retries_down"] = 1,
            ["url_path"] = "/health",
        },
        ["members"] = new JsonArray([.. members.Select(member => new JsonObject
        {
            ["id"] = Guid.NewGuid(), ["name"] = member.Name, ["address"] = member.Address, ["protocol_port"] = 80,
        })]),
    };
}
