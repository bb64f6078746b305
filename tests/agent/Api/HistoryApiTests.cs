// History, confirm and rollback over the API, with HAProxy behind it: documents of API 2.0.
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.Agent.Tests.Api;

public sealed class HistoryApiTests(AgentFactory agent) : IClassFixture<AgentFactory>, IDisposable
{
    private static int s_port = 20_000;

    private readonly HttpClient _client = agent.CreateClient();
    private readonly TestDocument _document = new(Guid.NewGuid().ToString(), IPAddress.Loopback);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, HttpStatusCode> Refused => new()
    {
        { "PUT", "?confirm_within=0", HttpStatusCode.BadRequest },
        { "PUT", "?confirm_within=3601", HttpStatusCode.BadRequest },
        { "PUT", "?confirm_within=60s", HttpStatusCode.BadRequest },
        { "PUT", "?confirm_within=", HttpStatusCode.BadRequest },
        { "PUT", "?confirm_within=1&confirm_within=2", HttpStatusCode.BadRequest },
        { "POST", "/rollback?to=0", HttpStatusCode.BadRequest },
        { "POST", "/rollback?to=first", HttpStatusCode.BadRequest },
        { "POST", "/rollback?ports=yes", HttpStatusCode.BadRequest },
        { "POST", "/rollback", HttpStatusCode.NotFound },
        { "POST", "/confirm", HttpStatusCode.NotFound },
        { "GET", "/history", HttpStatusCode.NotFound },
        { "PUT", "/history", HttpStatusCode.MethodNotAllowed },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_answered_with_a_problem(string method, string what, HttpStatusCode expected)
    {
        var (status, body) = await SendAsync(new HttpMethod(method), what, method == "PUT" ? _document.ToString() : null);

        Assert.Equal(expected, status);
        Assert.Equal((int)expected, (int)body["status"]!);
        if (expected == HttpStatusCode.BadRequest)
        {
            var (name, value) = what[(what.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&')[0].Split('=') is var pair ? (pair[0], pair[1]) : default;
            Assert.Contains($"{name} is \"{value}", (string)body["faults"]![0]!["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Generations_are_told_and_an_earlier_one_is_put_back()
    {
        await ApplyAsync();
        Change();
        var second = await ApplyAsync();

        var rolledBack = await PostAsync("rollback");
        var again = await SendAsync(HttpMethod.Post, "/rollback", null);
        var forward = await PostAsync("rollback?to=2");
        var same = await PostAsync("rollback?to=2");
        var history = await HistoryAsync();

        Assert.Equal(2, (long)second["sequence"]!);
        Assert.Equal(("rolled_back", 1, 3), ((string)rolledBack["result"]!, (int)rolledBack["generation"]!, (int)rolledBack["sequence"]!));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Equal(("rolled_back", 2), ((string)forward["result"]!, (int)forward["generation"]!));
        Assert.Equal("unchanged", (string)same["result"]!);
        Assert.Equal(["in_force", "rolled_back", "rolled_back", "replaced"], history.Select(entry => entry.Outcome));
        Assert.Equal([2, 1, null, null], history.Select(entry => entry.Restores));
        Assert.Contains(" becomes ", history[2].Summary, StringComparison.Ordinal);
        Assert.Equal(2, await InForceAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "/rollback?to=9", null)).Status);
    }

    [Fact]
    public async Task What_is_confirmed_in_time_stays()
    {
        await ApplyAsync();
        Change();

        var applied = await ApplyAsync("?confirm_within=600");
        var waiting = (await HistoryAsync())[0];
        var confirmed = await PostAsync("confirm");
        var again = await PostAsync("confirm");
        var inForce = (await HistoryAsync())[0];

        Assert.Equal(waiting.ConfirmBy, DateTimeOffset.Parse((string)applied["confirm_by"]!));
        Assert.InRange(waiting.ConfirmBy!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Equal(1, waiting.GoesBackTo);
        Assert.Equal(("confirmed", 2), ((string)confirmed["result"]!, (int)confirmed["generation"]!));
        Assert.Equal("confirmed", (string)again["result"]!);
        Assert.Null(inForce.ConfirmBy);
        Assert.Equal(2, await InForceAsync());
    }

    [Fact]
    public async Task What_nobody_confirms_is_gone_in_time_and_may_be_tried_again()
    {
        await ApplyAsync();
        Change();
        await ApplyAsync("?confirm_within=1");

        await Until.TrueAsync("generation 1 is back", TimeSpan.FromSeconds(10), async () => await InForceAsync() == 1, Cancellation);
        var late = await SendAsync(HttpMethod.Post, "/confirm", null);
        var status = (await SendAsync(HttpMethod.Get, "/status", null)).Body["rolled_back"]!;
        var tried = await ApplyAsync();
        var after = (await SendAsync(HttpMethod.Get, "/status", null)).Body["rolled_back"];

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("nobody confirmed it within 1 s", (string)late.Body["detail"]!, StringComparison.Ordinal);
        Assert.Equal((2, "nobody confirmed it within 1 s"), ((int)status["generation"]!, (string)status["reason"]!));
        Assert.Equal(("applied", 2), ((string)tried["result"]!, (int)tried["generation"]!));
        Assert.Null(after);
    }

    [Fact]
    public async Task A_first_generation_that_nobody_confirms_is_removed()
    {
        await ApplyAsync("?confirm_within=1");

        var directory = Path.Combine(agent.BasePath, _document.Id);
        Assert.True(Directory.Exists(directory));
        await Until.TrueAsync("its files are gone", TimeSpan.FromSeconds(10), () => !Directory.Exists(directory), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "", null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/history", null)).Status);
    }

    [Fact]
    public async Task The_next_generation_is_the_one_that_goes_back_to_what_was_confirmed_last()
    {
        await ApplyAsync();
        Change();
        await ApplyAsync("?confirm_within=600");
        Change();
        await ApplyAsync("?confirm_within=1");

        await Until.TrueAsync("generation 1 is back", TimeSpan.FromSeconds(10), async () => await InForceAsync() == 1, Cancellation);

        Assert.Equal(["in_force", "rolled_back", "replaced", "replaced"], (await HistoryAsync()).Select(entry => entry.Outcome));
    }

    [Fact]
    public async Task A_certificate_that_was_deleted_since_comes_back_with_its_generation()
    {
        using var certificates = new Fixtures.Agents.Certificates();
        var pem = Encoding.ASCII.GetBytes(certificates.ListenerPem("www.example.com"));
        var name = Convert.ToHexStringLower(SHA256.HashData(pem))[..40] + ".pem";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, $"/certificates/{name}", Encoding.ASCII.GetString(pem))).Status);
        var listener = AddListener("TERMINATED_HTTPS");
        listener["default_tls_container_ref"] = _document.AddTlsFile(name, Convert.ToHexStringLower(SHA256.HashData(pem)));
        await ApplyAsync();
        listener["default_tls_container_ref"] = null;
        listener["protocol"] = "HTTP";
        _document.Json["tls_files"]!.AsArray().Clear();
        Change();
        await ApplyAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, $"/certificates/{name}", null)).Status);

        await PostAsync("rollback");

        Assert.Equal(1, await InForceAsync());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, $"/certificates/{name}", null)).Status);
    }

    [Fact]
    public async Task A_deleted_load_balancer_has_no_history_and_the_next_one_of_its_id_begins_anew()
    {
        await ApplyAsync();
        Change();
        await ApplyAsync("?confirm_within=600");

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Delete, "", null)).Status);
        var isLeft = Directory.Exists(Path.Combine(agent.BasePath, _document.Id));
        var again = await ApplyAsync();

        Assert.False(isLeft);
        Assert.Equal(1, (long)again["sequence"]!);
        Assert.Null(again["confirm_by"]);
    }

    [Fact]
    public async Task A_change_that_is_refused_is_no_generation()
    {
        await ApplyAsync();
        Change();
        _document.LoadBalancer["listeners"]![0]!["l7policies"] = JsonNode.Parse(
            $$"""[{"id":"{{Guid.NewGuid()}}","action":"REJECT","position":1,"rules":[{"id":"{{Guid.NewGuid()}}","type":"PATH","compare_type":"REGEX","value":"(unclosed"}]}]""");

        var refused = await SendAsync(HttpMethod.Put, "?confirm_within=1", _document.ToString());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Null(Assert.Single(await HistoryAsync()).ConfirmBy);
    }

    public void Dispose() => _client.Dispose();

    private JsonObject AddListener(string protocol) => _document.AddListener(protocol, Interlocked.Increment(ref s_port), _document.AddPool("HTTP"));

    // Another connection limit, and the next generation.
    private void Change()
    {
        _document.Generation++;
        _document.LoadBalancer["listeners"]![0]!["connection_limit"] = 10 + _document.Generation;
    }

    private async Task<JsonNode> ApplyAsync(string query = "")
    {
        if (_document.LoadBalancer["listeners"]!.AsArray().Count == 0)
        {
            AddListener("HTTP");
        }

        var (status, body) = await SendAsync(HttpMethod.Put, query, _document.ToString());
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    private async Task<JsonNode> PostAsync(string action)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"/{action}", null);
        Assert.True(status == HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    private async Task<long?> InForceAsync() => (long?)(await SendAsync(HttpMethod.Get, "", null)).Body["generation"];

    private async Task<IReadOnlyList<AppliedGeneration>> HistoryAsync() =>
        (await _client.GetFromJsonAsync($"/2.0/load-balancers/{_document.Id}/history", ContractJson.Default.LoadBalancerHistory, Cancellation))!.Generations;

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string what, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/2.0/load-balancers/{_document.Id}{what}", UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8);
        using var answer = await _client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }
}
