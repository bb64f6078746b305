// History, confirm and rollback of load balancers that API 1.0 manages, with HAProxy behind it.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Agent.Tests.Api;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class UploadedHistoryTests(AgentFactory agent) : IClassFixture<AgentFactory>, IDisposable
{
    private const string Listener = "aaaaaaaa-0000-4000-8000-000000000001", Pool = "aaaaaaaa-0000-4000-8000-000000000002";

    private static int s_port = 30_000;

    private readonly HttpClient _client = agent.CreateClient();
    private readonly string _id = Guid.NewGuid().ToString();
    private readonly int _port = Interlocked.Increment(ref s_port);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Certificates => Path.Combine(agent.CertificateFolder, _id);

    [Fact]
    public async Task A_reload_is_a_generation_and_an_upload_or_the_same_text_again_is_none()
    {
        await ApplyAsync(Text(limit: 10));
        await ActAsync("reload");
        await UploadAsync(Text(limit: 11));

        var before = await HistoryAsync();
        await ActAsync("reload");
        var after = await HistoryAsync();

        Assert.Equal(["in_force"], Outcomes(before));
        Assert.Equal(["in_force", "replaced"], Outcomes(after));
        Assert.Equal("1 listener, 1 pool, 0 members", (string?)after[0]!["summary"]);
        Assert.Null(after[0]!["generation"]);
    }

    [Fact]
    public async Task Rolled_back_the_text_before_is_stored_and_runs_with_its_certificates()
    {
        using var certificates = new Fixtures.Agents.Certificates();
        var name = new string('a', 40) + ".pem";
        await PutAsync($"/1.0/loadbalancer/{_id}/certificates/{name}", certificates.ListenerPem("www.example.com"));
        var tls = await UploadCrtListAsync(name);
        await ApplyAsync(Text(limit: 10, tls));
        await ApplyAsync(Text(limit: 11));
        await SendAsync(HttpMethod.Delete, $"/1.0/loadbalancer/{_id}/certificates/{name}", null, HttpStatusCode.OK);

        var rolledBack = await SendAsync(HttpMethod.Post, $"/2.0/load-balancers/{_id}/rollback", null, HttpStatusCode.OK);
        var confirmed = await SendAsync(HttpMethod.Post, $"/2.0/load-balancers/{_id}/confirm", null, HttpStatusCode.Conflict);

        Assert.Equal("rolled_back", (string?)JsonNode.Parse(rolledBack)!["result"]);
        Assert.Contains("it was asked for", confirmed, StringComparison.Ordinal);
        Assert.Equal(Text(limit: 10, tls), await StoredAsync());
        Assert.True(File.Exists(Path.Combine(Certificates, name)));
        Assert.Equal(["in_force", "rolled_back", "replaced"], Outcomes(await HistoryAsync()));
    }

    [Fact]
    public async Task A_reload_that_fails_stores_the_text_before_again()
    {
        var missing = Path.Combine(Certificates, "missing.pem");
        using var certificates = new Fixtures.Agents.Certificates();
        await ApplyAsync(Text(limit: 10));
        Directory.CreateDirectory(Certificates);
        await File.WriteAllTextAsync(missing, certificates.ListenerPem("www.example.com"), Cancellation);
        await UploadAsync(Text(limit: 11, await UploadCrtListAsync("missing.pem")));
        File.Delete(missing);

        var refused = await SendAsync(HttpMethod.Put, $"/1.0/loadbalancer/{_id}/reload", "", HttpStatusCode.InternalServerError);

        Assert.Contains("missing.pem", refused, StringComparison.Ordinal);
        Assert.Equal(Text(limit: 10), await StoredAsync());
        Assert.Equal(["in_force"], Outcomes(await HistoryAsync()));
    }

    [Fact]
    public async Task Stopped_it_is_rolled_back_and_stays_stopped()
    {
        await ApplyAsync(Text(limit: 10));
        await ApplyAsync(Text(limit: 11));
        await ActAsync("stop");

        await SendAsync(HttpMethod.Post, $"/2.0/load-balancers/{_id}/rollback", null, HttpStatusCode.OK);

        Assert.Equal(Text(limit: 10), await StoredAsync());
        Assert.True(File.Exists(Path.Combine(agent.BasePath, _id, "stopped")));
    }

    [Fact]
    public async Task What_was_uploaded_and_never_started_has_no_history()
    {
        await UploadAsync(Text(limit: 10));

        Assert.Empty(await HistoryAsync());
        Assert.Contains("never started", await SendAsync(HttpMethod.Post, $"/2.0/load-balancers/{_id}/rollback", null, HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_its_history_is_gone()
    {
        await ApplyAsync(Text(limit: 10));
        await ApplyAsync(Text(limit: 11));

        await SendAsync(HttpMethod.Delete, $"/1.0/listeners/{_id}", null, HttpStatusCode.OK);

        await SendAsync(HttpMethod.Get, $"/2.0/load-balancers/{_id}/history", null, HttpStatusCode.NotFound);
        Assert.False(Directory.Exists(Path.Combine(agent.BasePath, _id)));
        await ApplyAsync(Text(limit: 10));
        Assert.Equal(1, (int?)Assert.Single(await HistoryAsync())!["sequence"]);
    }

    public void Dispose() => _client.Dispose();

    private string Text(int limit, string bind = "") => $"""
        global
            daemon
            user nobody
            stats socket {agent.BasePath}/{_id}.sock mode 0666 level user
            server-state-file {agent.BasePath}/{_id}/servers-state
            maxconn 50

        defaults
            retries 3

        frontend {Listener}
            maxconn {limit}
            bind 127.0.0.1:{_port} {bind}
            mode http
            default_backend {Pool}:{Listener}
            timeout client 1000

        backend {Pool}:{Listener}
            mode http
            timeout connect 1000
            timeout server 1000

        """;

    // A crt-list that names a certificate, as a stock controller uploads both.
    private async Task<string> UploadCrtListAsync(string certificate)
    {
        var name = new string('b', 40) + ".pem";
        await PutAsync($"/1.0/loadbalancer/{_id}/certificates/{name}", $"{Path.Combine(Certificates, certificate)}\n");
        return $"ssl crt-list {Path.Combine(Certificates, name)}";
    }

    private static IEnumerable<string?> Outcomes(JsonArray history) => history.Select(entry => (string?)entry!["outcome"]);

    private async Task ApplyAsync(string text)
    {
        await UploadAsync(text);
        await ActAsync("reload");
    }

    private Task UploadAsync(string text) => PutAsync($"/1.0/loadbalancer/{Guid.Empty}/{_id}/haproxy", text, HttpStatusCode.Accepted);

    private Task ActAsync(string action) => PutAsync($"/1.0/loadbalancer/{_id}/{action}", "", HttpStatusCode.Accepted);

    private Task<string> PutAsync(string path, string body, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Put, path, body, expected);

    private Task<string> StoredAsync() => SendAsync(HttpMethod.Get, $"/1.0/loadbalancer/{_id}/haproxy", null, HttpStatusCode.OK);

    private async Task<JsonArray> HistoryAsync() =>
        JsonNode.Parse(await SendAsync(HttpMethod.Get, $"/2.0/load-balancers/{_id}/history", null, HttpStatusCode.OK))!["generations"]!.AsArray();

    private async Task<string> SendAsync(HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8);
        using var answer = await _client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == expected, $"{method} {path}: {answer.StatusCode} {text}");
        return text;
    }
}
