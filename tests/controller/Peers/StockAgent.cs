// What a stock Octavia agent answers over API 1.0, as far as a controller can see (agent-api); it keeps what it is given.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Amphora.Controller.Tests.Peers;

/// <summary>The script of a peer that knows no API 2.0.</summary>
internal sealed partial class StockAgent
{
    private static readonly Reply s_ok = new(202, """{"message":"OK"}""");
    private static readonly Reply s_unknownRoute = new(404, """{"error":"404 Not Found: The requested URL was not found on the server.","http_code":404}""");

    /// <summary>haproxy.cfg and LVS configurations by id, certificates by path.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What this returns for a request is answered instead.</summary>
    public Func<Call, Reply?> Trouble { get; set; } = static _ => null;

    public Reply Answer(Call call, int number) => Trouble(call) ?? call switch
    {
        { Line: "GET /" } => new Reply(200, """{"api_version":"1.0"}"""),
        { Line: "GET /1.0/details" } => new Reply(200, """
            {"hostname":"amphora-1","haproxy_version":"2.6.12-1+deb12u1","api_version":"1.0","keepalived_version":"1:2.2.7-1+b2","ipvsadm_version":"1:1.31-1",
             "networks":{},"active":true,"haproxy_count":0,"cpu_count":2,"memory":{"total":2000,"free":1000,"buffers":10,"cached":20,"swap_used":0,"shared":0,"slab":0},
             "active_tuned_profiles":"","topology":"SINGLE","topology_status":"OK","listeners":[],"packages":{},"lvs_listener_process_count":0}
            """),
        { Line: "GET /1.0/listeners" } => new Reply(200, JsonSerializer.Serialize(Listeners())),
        { Method: "POST" } when call.Path.StartsWith("/1.0/plug/", StringComparison.Ordinal) => s_ok,
        { Method: "GET" } when call.Path.StartsWith("/1.0/interface/", StringComparison.Ordinal) => new Reply(200, """{"message":"OK","interface":"eth1"}"""),
        { Method: "PUT" } when call.Path.StartsWith("/1.0/vrrp/", StringComparison.Ordinal) => s_ok,
        _ when Upload().Match(call.Path) is { Success: true } match => Store(call, match.Groups["file"].Value),
        { Method: "PUT" } when Action().IsMatch(call.Path) => s_ok,
        { Method: "DELETE" } when call.Path.StartsWith("/1.0/listeners/", StringComparison.Ordinal) => Delete(call.Path["/1.0/listeners/".Length..]),
        _ => s_unknownRoute,
    };

    private Reply Store(Call call, string name)
    {
        var found = Files.GetValueOrDefault(name);
        switch (call.Method)
        {
            case "PUT":
                Files[name] = call.Body;
                return s_ok;
            case "GET" when found is null:
                return new Reply(404, """{"message":"Not Found","details":"nothing there"}""");
            case "GET" when name.EndsWith(".pem", StringComparison.Ordinal):
#pragma warning disable CA5351 // What the API tells.
                return new Reply(200, $$"""{"md5sum":"{{Convert.ToHexStringLower(MD5.HashData(found))}}"}""");
#pragma warning restore CA5351
            default:
                return new Reply(200, Encoding.UTF8.GetString(found!), "text/plain");
        }
    }

    private Reply Delete(string id)
    {
        Files.Remove(id);
        return s_ok;
    }

    private IEnumerable<Dictionary<string, string>> Listeners() => Files.Where(file => !file.Key.EndsWith(".pem", StringComparison.Ordinal)).SelectMany(file =>
    {
        var text = Encoding.UTF8.GetString(file.Value);
        return text.Contains("virtual_server", StringComparison.Ordinal)
            ? [Row(file.Key, "UDP")]
            : Frontend().Matches(text).Select(match => Row(match.Groups[1].Value, "HTTP"));
    });

    private static Dictionary<string, string> Row(string id, string type) => new() { ["status"] = "ACTIVE", ["uuid"] = id, ["type"] = type };

    [GeneratedRegex(@"^/1\.0/(loadbalancer/([^/]+/)?(?<file>[^/]+)/haproxy|loadbalancer/[^/]+/certificates/(?<file>[^/]+)|listeners/([^/]+/)?(?<file>[^/]+)/udp_listener)$")]
    private static partial Regex Upload();

    [GeneratedRegex("^/1\\.0/loadbalancer/[^/]+/(start|stop|reload)$")]
    private static partial Regex Action();

    [GeneratedRegex(@"\nfrontend (\S+)\n")]
    private static partial Regex Frontend();
}
