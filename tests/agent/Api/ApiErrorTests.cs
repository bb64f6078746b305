// Every error of API 2.0 is a problem document with the right status (docs/http-status-codes.md).
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Api;

public sealed class ApiErrorTests(AgentFactory agent) : IClassFixture<AgentFactory>
{
    private const string Id = "11111111-2222-4333-8444-555555555555";
    private const string File = "0123456789abcdef0123456789abcdef01234567.pem";
    private const string Pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, HttpStatusCode> Refused => new()
    {
        { "GET", "/2.0/nowhere", "", HttpStatusCode.NotFound },
        { "GET", $"/2.0/load-balancers/{Id}", "", HttpStatusCode.NotFound },
        { "GET", $"/2.0/load-balancers/{Id}/status", "", HttpStatusCode.NotFound },
        { "GET", $"/2.0/load-balancers/{Id}/config/haproxy", "", HttpStatusCode.NotFound },
        { "GET", $"/2.0/load-balancers/{Id}/certificates/{File}", "", HttpStatusCode.NotFound },
        { "GET", "/2.0/ports/fa:16:3e:00:00:01", "", HttpStatusCode.NotFound },
        { "POST", "/2.0/load-balancers", "{}", HttpStatusCode.MethodNotAllowed },
        { "PUT", $"/2.0/load-balancers/{Id}", "", HttpStatusCode.BadRequest },
        { "PUT", $"/2.0/load-balancers/{Id}", "{", HttpStatusCode.BadRequest },
        { "PUT", $"/2.0/load-balancers/{Id}", "[]", HttpStatusCode.BadRequest },
        { "PUT", $"/2.0/load-balancers/{Id}/certificates/../{File}", Pem, HttpStatusCode.NotFound },
        { "PUT", $"/2.0/load-balancers/{Id}/certificates/server.pem", Pem, HttpStatusCode.BadRequest },
        { "PUT", $"/2.0/load-balancers/..%2f..%2fetc/certificates/{File}", Pem, HttpStatusCode.BadRequest },
        { "PUT", $"/2.0/load-balancers/{Id}/certificates/{File}", "no certificate", HttpStatusCode.BadRequest },
        { "PUT", $"/2.0/load-balancers/{Id}/certificates/{File}", "\0", HttpStatusCode.BadRequest },
        { "DELETE", $"/2.0/load-balancers/{Id}/certificates/x", "", HttpStatusCode.BadRequest },
        { "PUT", "/2.0/ports/eth1", "{}", HttpStatusCode.BadRequest },
        { "PUT", "/2.0/ports/fa:16:3e:00:00:01", "{}", HttpStatusCode.BadRequest },
        { "DELETE", "/2.0/load-balancers/nobody", "", HttpStatusCode.NotFound },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_that_cannot_be_done_is_answered_with_a_problem(string method, string path, string body, HttpStatusCode expected)
    {
        using var client = agent.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, Encoding.UTF8) };

        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync(ContractJson.Default.Problem, Cancellation);
        Assert.Equal((int)expected, problem!.Status);
        Assert.NotEmpty(problem.Title);
        Assert.NotNull(problem.Instance);
    }

    [Fact]
    public async Task A_method_that_is_not_there_names_those_that_are()
    {
        using var client = agent.CreateClient();

        using var answer = await client.PostAsync(new Uri("/2.0/load-balancers", UriKind.Relative), null, Cancellation);

        Assert.Equal(["GET"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_413_and_the_agent_goes_on()
    {
        using var client = agent.CreateClient();
        using var content = new ByteArrayContent(new byte[(4 * 1024 * 1024) + 1]);

        using var answer = await client.PutAsync(new Uri($"/2.0/load-balancers/{Id}", UriKind.Relative), content, Cancellation);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/", UriKind.Relative), Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("W/\"3\"")]
    [InlineData("\"three\"")]
    [InlineData("*, \"3\"")]
    public async Task An_if_match_that_is_no_generation_is_a_fault(string value)
    {
        using var client = agent.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/2.0/load-balancers/{Id}") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation("If-Match", value);

        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("If-Match", (await answer.Content.ReadFromJsonAsync(ContractJson.Default.Problem, Cancellation))!.Faults[0].Rule);
    }

    [Fact]
    public async Task A_document_that_names_files_nobody_uploaded_says_which()
    {
        var problem = await PutAsync("04-terminated-https-sni.json", static _ => { }, id: null);

        Assert.NotEmpty(problem.Faults);
        Assert.All(problem.Faults, static fault => Assert.Equal("V5", fault.Rule));
        Assert.Contains(problem.Faults, static fault => fault.Path == "/tls_files/0/file");
    }

    [Fact]
    public async Task A_document_for_another_load_balancer_than_the_path_names_is_refused()
    {
        var problem = await PutAsync("01-tiny-http.json", static _ => { }, Id);

        Assert.Contains(problem.Faults, static fault => fault.Path == "/loadbalancer/id");
    }

    [Fact]
    public async Task A_base_path_that_is_not_the_agents_is_refused()
    {
        var problem = await PutAsync("01-tiny-http.json", static document => document["settings"] = new JsonObject { ["base_path"] = "/srv/other" }, id: null);

        Assert.Contains(problem.Faults, static fault => fault.Path == "/settings/base_path");
    }

    [Fact]
    public async Task All_faults_of_a_document_come_at_once()
    {
        var problem = await PutAsync(
            "01-tiny-http.json",
            static document =>
            {
                document["surprise"] = 1;
                document["loadbalancer"]!["vip_address"] = "10.0.0.1 ";
                document["loadbalancer"]!["listeners"]![0]!["protocol_port"] = 0;
            },
            id: null);

        Assert.Contains(problem.Faults, static fault => fault.Path == "/surprise");
        Assert.Contains(problem.Faults, static fault => fault.Path == "/loadbalancer/vip_address");
        Assert.Contains(problem.Faults, static fault => fault.Path == "/loadbalancer/listeners/0/protocol_port");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    public async Task Discovery_names_both_versions(string path)
    {
        using var client = agent.CreateClient();

        var versions = await client.GetFromJsonAsync(new Uri("http://localhost" + path), ContractJson.Default.ApiVersions, Cancellation);

        Assert.Equal("1.0", versions!.ApiVersion);
        Assert.Contains(versions.Versions, static version => version.Id == "2.0");
    }

    [Fact]
    public async Task Capabilities_say_what_is_installed()
    {
        using var client = agent.CreateClient();

        var capabilities = await client.GetFromJsonAsync("/2.0/capabilities", ContractJson.Default.Capabilities, Cancellation);

        Assert.Matches("^[0-9]+[.][0-9]+", capabilities!.HaproxyVersion);
        Assert.Equal("child-processes", capabilities.ServiceManager);
        Assert.Contains("TERMINATED_HTTPS", capabilities.ListenerProtocols);
    }

    private async Task<Problem> PutAsync(string example, Action<JsonNode> change, string? id)
    {
        using var client = agent.CreateClient();
        var document = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(Path.Combine(Checkout.Top, "tests", "golden", "documents", example), Cancellation))!;
        change(document);
        using var content = new StringContent(document.ToJsonString());
        using var answer = await client.PutAsync(new Uri($"/2.0/load-balancers/{id ?? (string)document["loadbalancer"]!["id"]!}", UriKind.Relative), content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ContractJson.Default.Problem, Cancellation))!;
    }
}
