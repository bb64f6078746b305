// Routes, methods and refusals of API 1.0 that need no other program: agent-api §1, §2 and the checks before anything is done.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Agent.Tests.Api;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class RouteTests(AgentFactory agent) : IClassFixture<AgentFactory>
{
    private const string Id = "11111111-2222-4333-8444-555555555555";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, HttpStatusCode> FrameworkErrors => new()
    {
        { "GET", "/1.0/nowhere", HttpStatusCode.NotFound },
        { "GET", "/nowhere", HttpStatusCode.NotFound },
        { "GET", "/1.0/info/", HttpStatusCode.NotFound },
        { "GET", "/1.0//info", HttpStatusCode.NotFound },
        { "PUT", $"/1.0/loadbalancer/{Id}/start/", HttpStatusCode.NotFound },
        { "PUT", $"/1.0/loadbalancer/{Id}x.y/start", HttpStatusCode.NotFound },
        { "PUT", "/1.0/loadbalancer/%2e%2e/start", HttpStatusCode.NotFound },
        { "PUT", "/1.0/loadbalancer/..%2f..%2fetc/start", HttpStatusCode.NotFound },
        { "PUT", $"/1.0/loadbalancer/{Id}/vrrp/haproxy", HttpStatusCode.NotFound },
        { "GET", "/1.0/loadbalancer/a%20b/haproxy", HttpStatusCode.NotFound },
        { "POST", "/1.0/info", HttpStatusCode.MethodNotAllowed },
        { "GET", $"/1.0/listeners/{Id}", HttpStatusCode.MethodNotAllowed },
        { "GET", "/1.0/config", HttpStatusCode.MethodNotAllowed },
        { "GET", "/1.0/vrrp/upload", HttpStatusCode.MethodNotAllowed },
        { "DELETE", $"/1.0/loadbalancer/{Id}/haproxy", HttpStatusCode.MethodNotAllowed },
    };

    public static TheoryData<string, string, HttpStatusCode, string, string?> HandlerErrors => new()
    {
        { "GET", $"/1.0/loadbalancer/{Id}/haproxy", HttpStatusCode.NotFound, "Loadbalancer Not Found", $"No loadbalancer with UUID: {Id}" },
        { "PUT", $"/1.0/loadbalancer/{Id}/start", HttpStatusCode.NotFound, "Loadbalancer Not Found", $"No loadbalancer with UUID: {Id}" },
        { "PUT", $"/1.0/loadbalancer/{Id}/RELOAD", HttpStatusCode.NotFound, "Loadbalancer Not Found", $"No loadbalancer with UUID: {Id}" },
        { "PUT", $"/1.0/loadbalancer/{Id}/Restart", HttpStatusCode.BadRequest, "Invalid Request", "Unknown action: restart" },
        { "PUT", $"/1.0/loadbalancer/{Id}/haproxy", HttpStatusCode.BadRequest, "Invalid Request", "Unknown action: haproxy" },
        { "GET", $"/1.0/listeners/{Id}/udp_listener", HttpStatusCode.NotFound, "UDP Listener Not Found", $"No UDP listener with UUID: {Id}" },
        { "PUT", "/1.0/vrrp/restart", HttpStatusCode.BadRequest, "Invalid Request", "Unknown action: restart" },
        { "PUT", "/1.0/vrrp/start", HttpStatusCode.InternalServerError, "Failed to start octavia-keepalived service", "Unit octavia-keepalived.service not found." },
        { "GET", $"/1.0/loadbalancer/{Id}/certificates/absent.pem", HttpStatusCode.NotFound, "Certificate Not Found", "No certificate with filename: absent.pem" },
        { "PUT", $"/1.0/loadbalancer/{Id}/certificates/a.crt", HttpStatusCode.BadRequest, "Filename has wrong format", null },
        { "GET", $"/1.0/loadbalancer/{Id}/certificates/pem", HttpStatusCode.BadRequest, "Filename has wrong format", null },
        { "DELETE", $"/1.0/loadbalancer/{Id}/certificates/x.pe", HttpStatusCode.BadRequest, "Filename has wrong format", null },
    };

    [Theory]
    [MemberData(nameof(FrameworkErrors))]
    public async Task What_no_handler_answers_has_the_shape_E1(string method, string path, HttpStatusCode status)
    {
        var (answer, body) = await SendAsync(method, path, "");

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal((int)status, (int?)body!["http_code"]);
        Assert.StartsWith($"{(int)status} ", (string?)body["error"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HandlerErrors))]
    public async Task What_a_handler_refuses_has_upstream_s_words(string method, string path, HttpStatusCode status, string message, string? details)
    {
        var (answer, body) = await SendAsync(method, path, "");

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(message, (string?)body!["message"]);
        Assert.Equal(details, (string?)body["details"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/1.0/info")]
    [InlineData("/1.0/details")]
    [InlineData("/1.0/listeners")]
    public async Task Head_works_where_get_does(string path)
    {
        var (answer, _) = await SendAsync("HEAD", path, "");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/1.0/info")]
    [InlineData("/1.0/config")]
    [InlineData($"/1.0/loadbalancer/{Id}/start")]
    public async Task Options_is_200_and_empty(string path)
    {
        var (answer, _) = await SendAsync("OPTIONS", path, "");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Options_of_nothing_is_404() => Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("OPTIONS", "/1.0/nowhere", "")).Answer.StatusCode);

    [Fact]
    public async Task Deleting_what_is_not_there_is_ok_and_makes_nothing()
    {
        var (answer, body) = await SendAsync("DELETE", $"/1.0/listeners/{Id}", "");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"message":"OK"}""", body!.ToJsonString());
        Assert.False(Directory.Exists(Path.Combine(agent.BasePath, Id)));
    }

    [Fact]
    public async Task A_body_above_the_limit_is_a_400_the_driver_understands()
    {
        var (answer, body) = await SendAsync("PUT", $"/1.0/loadbalancer/{Id}/{Id}/haproxy", new string('#', (8 * 1024 * 1024) + 1));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(400, (int?)body!["http_code"]);
    }

    [Fact]
    public async Task A_certificate_file_may_hold_any_bytes_before_its_load_balancer_exists()
    {
        var path = $"/1.0/loadbalancer/{Id}/certificates/{Id}.pem";
        var (put, _) = await SendAsync("PUT", path, "no certificate");
        var (get, digest) = await SendAsync("GET", path, "");
        var file = Path.Combine(agent.BasePath, "certs", Id, $"{Id}.pem");

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(["76bbd195e629c56f6e9367ab8825442a"], put.Headers.GetValues("ETag"));
        Assert.Equal(["76bbd195e629c56f6e9367ab8825442a"], get.Headers.GetValues("ETag"));
        Assert.Equal("76bbd195e629c56f6e9367ab8825442a", (string?)digest!["md5sum"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", path, "")).Answer.StatusCode);
        }

        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Details_have_every_field_of_the_contract_with_its_type()
    {
        var (_, body) = await SendAsync("GET", "/1.0/details", "");

        Assert.Equal(
            ["active", "active_tuned_profiles", "api_version", "cpu", "cpu_count", "disk", "haproxy_count", "haproxy_version", "hostname", "ipvsadm_version",
                "keepalived_version", "listeners", "load", "lvs_listener_process_count", "memory", "networks", "packages", "topology", "topology_status"],
            body!.AsObject().Select(static member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["soft_irq", "system", "total", "user"], body["cpu"]!.AsObject().Select(static member => member.Key).Order(StringComparer.Ordinal));
        Assert.True(long.Parse((string?)body["cpu"]!["user"] ?? "", provider: null) > 0);
        Assert.True((long?)body["cpu"]!["total"] > 0);
        Assert.True((int?)body["cpu_count"] > 0);
        Assert.True((long?)body["memory"]!["total"] > (long?)body["memory"]!["free"]);
        Assert.True((long?)body["disk"]!["available"] > 0);
        Assert.Equal(3, body["load"]!.AsArray().Count);
        Assert.Matches(@"^[0-9]+\.[0-9]+", (string?)body["haproxy_version"]);
        Assert.Equal("SINGLE", (string?)body["topology"]);
        Assert.Equal("{}", body["packages"]!.ToJsonString());
    }

    [Fact]
    public async Task Listeners_are_an_empty_array_when_there_are_none() =>
        Assert.Equal("[]", (await SendAsync("GET", "/1.0/listeners", "")).Body!.ToJsonString());

    private async Task<(HttpResponseMessage Answer, JsonNode? Body)> SendAsync(string method, string path, string body)
    {
        using var client = agent.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body.Length == 0 ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        var answer = await client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer, text.Length > 0 && method != "HEAD" ? JsonNode.Parse(text) : null);
    }
}
