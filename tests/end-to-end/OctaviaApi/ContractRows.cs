// agent-api.md, §3, §4, §5, §7 and §8, as rows in the order in which they build on each other.
using System.Net;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>The rows; ids are new ones. The agent must have no listeners and no VRRP instance.</summary>
internal sealed class ContractRows(string basePath)
{
    private readonly string _amphora = Guid.NewGuid().ToString();
    private readonly string _loadBalancer = Guid.NewGuid().ToString();
    private readonly string _listener = Guid.NewGuid().ToString();
    private readonly string _lvs = Guid.NewGuid().ToString();
    private readonly string _nobody = Guid.NewGuid().ToString();

    /// <summary>Endpoints 1–4, and what is true of all.</summary>
    public IEnumerable<Row> Transport() =>
    [
        new("1 discovery", "GET", "/", 200) { Members = ["api_version"] },
        new("1 discovery as an old driver asks", "GET", "//", 200) { Members = ["api_version"] },
        new("HEAD where GET is", "HEAD", "/1.0/info", 200) { Text = "" },
        new("OPTIONS", "OPTIONS", "/1.0/info", 200) { Text = "" },
        new("unknown route", "GET", "/1.0/nowhere", 404) { Members = ["error", "http_code"] },
        new("trailing slash", "GET", "/1.0/info/", 404) { Members = ["error", "http_code"] },
        new("wrong method", "POST", "/1.0/info", 405) { Members = ["error", "http_code"] },
        new("GET of a listener does not exist", "GET", $"/1.0/listeners/{_nobody}", 405),
        new("2 info", "GET", "/1.0/info", 200) { Members = ["hostname", "haproxy_version", "api_version", "keepalived_version", "ipvsadm_version"] },
        new("3 details", "GET", "/1.0/details", 200)
        {
            Members =
            [
                "hostname", "haproxy_version", "api_version", "keepalived_version", "ipvsadm_version", "networks", "active", "haproxy_count", "cpu_count", "cpu",
                "memory", "disk", "load", "active_tuned_profiles", "topology", "topology_status", "listeners", "packages", "lvs_listener_process_count",
            ],
            Stock = StockAnswer.Before("12.0.0", "no cpu_count, no active_tuned_profiles", 200, "\"topology_status\":\"OK\""),
        },
    ];

    /// <summary>Endpoints 4–8 of a load balancer with HAProxy.</summary>
    public IEnumerable<Row> Haproxy()
    {
        string config = StockTexts.Haproxy(basePath, _loadBalancer, _listener, "10.77.0.10:8080", new IPEndPoint(IPAddress.Parse("10.77.0.31"), 80));
        string refused = config.Replace("bind 10.77.0.10:8080", $"bind 10.77.0.10:8080 ssl crt-list {basePath}/certs/{_loadBalancer}/missing.pem", StringComparison.Ordinal);
        string withGroup = config.Replace("    user nobody\n", "    user nobody\n    group nogroup\n", StringComparison.Ordinal);
        string notFound = $$"""{"message":"Loadbalancer Not Found","details":"No loadbalancer with UUID: {{_loadBalancer}}"}""";
        string started = Done($"Configuration file is valid\\nhaproxy daemon for {_loadBalancer} started");
        string frontend = $$"""[{"status":"ACTIVE","uuid":"{{_listener}}","type":"HTTP"}]""";
        string haproxy = $"/1.0/loadbalancer/{_loadBalancer}/haproxy", upload = $"/1.0/loadbalancer/{_amphora}/{_loadBalancer}/haproxy";
        return
        [
            new("4 no listeners", "GET", "/1.0/listeners", 200) { Json = "[]" },
            new("6 absent", "GET", haproxy, 404) { Json = notFound },
            new("7 action first", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/restart", 400) { Json = """{"message":"Invalid Request","details":"Unknown action: restart"}""" },
            new("7 then existence", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/start", 404) { Json = notFound },
            new("8 unknown", "DELETE", $"/1.0/listeners/{_loadBalancer}", 200) { Json = """{"message":"OK"}""" },
            new("5 refused by haproxy", "PUT", upload, 400) { Body = refused, Message = "Invalid request", Details = "haproxy.cfg" },
            new("6 a refused one does not exist", "GET", haproxy, 404) { Json = notFound },
            new("5 upload", "PUT", upload, 202) { Body = config, Json = """{"message":"OK"}""", TagOf = config },
            Foreign(upload, config),
            new("5 again", "PUT", upload, 202) { Body = config, Json = """{"message":"OK"}""", TagOf = config },
            new("5 with a group line", "PUT", upload, 202) { Body = withGroup, TagOf = withGroup },
            new("6 without the group line", "GET", haproxy, 200) { Text = config, TagOf = config },
            new("5 refused by haproxy leaves the one before", "PUT", upload, 400) { Body = refused, Message = "Invalid request" },
            new("6 the one before", "GET", haproxy, 200) { Text = config, TagOf = config },
            new("4 is ACTIVE though nothing runs", "GET", "/1.0/listeners", 200) { Json = frontend },
            new("7 reload of one that does not run starts it", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/reload", 202) { Json = started },
            new("7 start of one that runs", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/start", 202) { Json = started },
            new("7 reload", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/RELOAD", 202) { Json = Done($"Listener {_loadBalancer} reloaded") },
            new("7 stop", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/stop", 202) { Json = Done($"Listener {_loadBalancer} stoped") },
            new("7 stop of one that is stopped", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/stop", 202) { Json = Done($"Listener {_loadBalancer} stoped") },
            new("7 start", "PUT", $"/1.0/loadbalancer/{_loadBalancer}/start", 202) { Json = started },
            new("8 delete", "DELETE", $"/1.0/listeners/{_loadBalancer}", 200) { Json = """{"message":"OK"}""" },
            new("8 again", "DELETE", $"/1.0/listeners/{_loadBalancer}", 200) { Json = """{"message":"OK"}""" },
            new("6 deleted", "GET", haproxy, 404) { Json = notFound },
            new("4 deleted", "GET", "/1.0/listeners", 200) { Json = "[]" },
        ];
    }

    /// <summary>Endpoint 9.</summary>
    public IEnumerable<Row> Certificates()
    {
        string file = $"/1.0/loadbalancer/{_loadBalancer}/certificates/{new string('a', 40)}.pem", wrong = $"/1.0/loadbalancer/{_loadBalancer}/certificates/a.crt";
        return
        [
            new("9 absent", "GET", file, 404) { Json = $$"""{"message":"Certificate Not Found","details":"No certificate with filename: {{new string('a', 40)}}.pem"}""" },
            new("9 PUT before the load balancer", "PUT", file, 200) { Body = "any bytes", Json = """{"message":"OK"}""", TagOf = "any bytes" },
            new("9 GET", "GET", file, 200) { Json = $$"""{"md5sum":"{{Row.Tag("any bytes")}}"}""", TagOf = "any bytes" },
            new("9 PUT replaces", "PUT", file, 200) { Body = "other bytes", TagOf = "other bytes" },
            new("9 DELETE", "DELETE", file, 200) { Json = """{"message":"OK"}""" },
            new("9 DELETE again", "DELETE", file, 200) { Json = """{"message":"OK"}""" },
            new("9 GET of a deleted one", "GET", file, 404) { Message = "Certificate Not Found" },
            new("9 PUT of a wrong name", "PUT", wrong, 400) { Body = "x", Json = """{"message":"Filename has wrong format"}""" },
            new("9 GET of a wrong name", "GET", wrong, 400) { Json = """{"message":"Filename has wrong format"}""" },
            new("9 DELETE of a wrong name", "DELETE", wrong, 400) { Json = """{"message":"Filename has wrong format"}""" },
        ];
    }

    /// <summary>Endpoints 10, 11, 4, 7 and 8 of an LVS listener, as far as no kernel with IPVS is needed.</summary>
    public IEnumerable<Row> Lvs()
    {
        string config = StockTexts.Lvs(basePath, _loadBalancer, _lvs, IPAddress.Parse("10.77.0.10"), new IPEndPoint(IPAddress.Parse("10.77.0.31"), 53));
        string udp = $"/1.0/listeners/{_lvs}/udp_listener";
        return
        [
            new("11 absent", "GET", udp, 404) { Json = $$"""{"message":"UDP Listener Not Found","details":"No UDP listener with UUID: {{_lvs}}"}""" },
            new("10 upload", "PUT", $"/1.0/listeners/{_amphora}/{_lvs}/udp_listener", 200) { Body = config, Json = """{"message":"OK"}""", TagOf = config },
            new("10 again", "PUT", $"/1.0/listeners/{_amphora}/{_lvs}/udp_listener", 200) { Body = config, TagOf = config },
            new("11 text without ETag", "GET", udp, 200) { Text = config, TagOf = "" },
            new("4 not started", "GET", "/1.0/listeners", 200) { Json = $$"""[{"status":"OFFLINE","uuid":"{{_lvs}}","type":"UDP"}]""" },
            new("7 stop of one that does not run", "PUT", $"/1.0/loadbalancer/{_lvs}/stop", 202) { Json = Done($"keepalivedlvs listener {_lvs} stoped") },
            new("8 delete", "DELETE", $"/1.0/listeners/{_lvs}", 200) { Json = """{"message":"OK"}""" },
            new("11 deleted", "GET", udp, 404) { Message = "UDP Listener Not Found" },
        ];
    }

    /// <summary>Endpoints 16 and 17, as far as nothing has to run.</summary>
    public IEnumerable<Row> Vrrp()
    {
        string config = StockTexts.Vrrp(basePath, "eth1", IPAddress.Parse("10.77.0.10"), IPAddress.Parse("10.77.0.11"), priority: 100);
        return
        [
            new("17 action first", "PUT", "/1.0/vrrp/restart", 400) { Json = """{"message":"Invalid Request","details":"Unknown action: restart"}""" },
            new("17 start of none", "PUT", "/1.0/vrrp/start", 500) { Message = "Failed to start octavia-keepalived service" },
            new("16 upload", "PUT", "/1.0/vrrp/upload", 200) { Body = config, Json = """{"message":"OK"}""", TagOf = config },
            new("16 again", "PUT", "/1.0/vrrp/upload", 200) { Body = config, TagOf = config },
            new("17 reload of one that does not run", "PUT", "/1.0/vrrp/reload", 500)
            {
                Message = "Failed to reload octavia-keepalived service",
                Details = "is not active, cannot reload",
                Stock = StockAnswer.Before("a later release", "service(8) tells of no failure", 202, "keepalived reloaded"),
            },
            new("17 stop of one that does not run", "PUT", "/1.0/vrrp/stop", 202) { Json = Done("keepalived stoped") },
        ];
    }

    /// <summary>Endpoints 18 and 19, what is refused.</summary>
    public IEnumerable<Row> AgentFiles() =>
    [
        new("18 unusable", "PUT", "/1.0/config", 500)
        {
            Body = "no section\n",
            Message = "Unable to update amphora-agent configuration.",
            Stock = StockAnswer.NotSent("the same answer, and the file is overwritten; ours stays as it was"),
        },
        new("19 unusable", "PUT", "/1.0/certificate", 400)
        {
            Body = "no certificate\n",
            Message = "Invalid certificate",
            Stock = StockAnswer.NotSent("202, and every connection is refused from then on"),
        },
    ];

    // A line that came in with a tenant's value, say.
    private static Row Foreign(string upload, string config) => new("5 what no template of Octavia's writes", "PUT", upload, 400)
    {
        Body = config.Replace("    fullconn 500\n", "    fullconn 500\n    http-request set-header X-Tenant other\n", StringComparison.Ordinal),
        Message = "Invalid request",
        Details = "`http-request set-header X-Tenant other`: ",
        Stock = StockAnswer.Differs("it uses what HAProxy takes", 202),
    };

    private static string Done(string details) => $$"""{"message":"OK","details":"{{details}}"}""";
}
