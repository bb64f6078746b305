// A real agent's journal: everything that happened is in it, no secret is, and every decision is the same when it is made again.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Journals;

public sealed class JournalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_asked_decided_told_and_done_is_in_it_and_is_decided_the_same_again()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        TestDocument document = amphora.NewDocument();
        JsonObject pool = amphora.AddPool(document, "HTTP");
        JsonObject listener = document.AddListener("HTTP", 80, pool);
        await amphora.Api.PushAsync(document, Cancel);
        await ChangeAsync(amphora, document, () => pool["members"]!.AsArray().RemoveAt(0));
        await ChangeAsync(amphora, document, () => pool["members"]![0]!["weight"] = 7);
        await RefusedAsync(amphora, document, listener);
        using Certificates authority = new();
        string certificate = await amphora.Api.UploadAsync(document, authority.ListenerPem("www.example.com"), Cancel);
        await ChangeAsync(amphora, document, () =>
        {
            listener["protocol"] = "TERMINATED_HTTPS";
            listener["default_tls_container_ref"] = certificate;
        });
        await amphora.Agent.KillAsync(Cancel);
        await amphora.Agent.StartAgainAsync(Cancel);
        using AgentApi again = new(amphora.Agent.CreateClient());
        await again.SendAsync(HttpMethod.Post, $"/2.0/load-balancers/{document.Id}/rollback", null, Cancel);

        string journal = await again.TextAsync("/2.0/journal", Cancel);
        CommandResult replay = await ReplayAsync(_folder.Write("api.jsonl", journal));
        CommandResult own = await ReplayAsync(Path.Combine(amphora.Agent.BasePath, "journal.jsonl"));
        JsonObject[] records = [.. journal.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

        Assert.True(replay.ExitCode == 0, replay.Output + replay.Errors);
        Assert.Equal((0, replay.Output), (own.ExitCode, own.Output));
        Assert.Matches("^[5-9] plans, [5-9] the same, 0 different\n$", replay.Output);
        Assert.Equal(["start", "change", "change"], Of(records, "plan").Take(3).Select(plan => (string)plan["decision"]!["step"]!));
        Assert.Contains(Of(records, "command"), command => command.ToJsonString().Contains("weight 7", StringComparison.Ordinal));
        Assert.Contains(Of(records, "request"), request => (int)request["status"]! == 422 && ((string)request["problem"]!).EndsWith("refused-configuration", StringComparison.Ordinal));
        Assert.DoesNotContain(Of(records, "request"), request => (string?)request["method"] == "GET");
        Assert.All(Of(records, "request"), request => Assert.Equal("CN=controller", (string?)request["subject"]));
        Assert.Equal(["commit", "commit", "commit", "commit", "rollback"], records.Where(record => record["generation"] is not null).Select(record => (string)record["kind"]!));
        Assert.Equal(2, records.Count(record => (string?)record["kind"] == "opened"));
        Assert.All(Of(records, "proof"), proof => Assert.True((bool)proof["holds"]!));
    }

    [Fact]
    public async Task No_key_and_no_password_is_in_it()
    {
        await using StandbyPair pair = await StandbyPair.CreateAsync(members: 1, Cancel);
        using Certificates authority = new();
        string pem = authority.ListenerPem("www.example.com");
        JsonObject listener = pair.Document.LoadBalancer["listeners"]![0]!.AsObject();
        using AgentApi api = new(pair.Agents[0].CreateClient());
        using AgentApi other = new(pair.Agents[1].CreateClient());
        listener["protocol"] = "TERMINATED_HTTPS";
        listener["default_tls_container_ref"] = await api.UploadAsync(pair.Document, pem, Cancel);
        // The second one has the file only; the document names it already.
        await other.UploadAsync(new TestDocument(pair.Agents[1].Configuration.AmphoraId, pair.Topology.Vip, pair.Document.Id), pem, Cancel);
        await pair.PushAsync(Cancel);
        // One certificate is read by HAProxy, the other is told to it.
        string renewed = authority.ListenerPem("www.example.com");
        pair.Document.Generation++;
        listener["default_tls_container_ref"] = await api.UploadAsync(pair.Document, renewed, Cancel);
        await other.UploadAsync(new TestDocument(pair.Agents[1].Configuration.AmphoraId, pair.Topology.Vip, pair.Document.Id), renewed, Cancel);
        await pair.PushAsync(Cancel);

        string journal = await api.TextAsync("/2.0/journal", Cancel);
        string keepalived = await api.TextAsync($"/2.0/load-balancers/{pair.Document.Id}/config/keepalived", Cancel);
        string file = await File.ReadAllTextAsync(Path.Combine(pair.Agents[0].BasePath, "journal.jsonl"), Cancel);
        string texts = string.Concat(Texts(journal));

        Assert.Contains("auth_pass 1bc01ba", keepalived, StringComparison.Ordinal);
        Assert.Contains("\"part\":\"keepalived\"", journal, StringComparison.Ordinal);
        Assert.Contains("ssl crt-list", texts, StringComparison.Ordinal);
        Assert.Contains("set ssl cert", journal, StringComparison.Ordinal);
        foreach (string secret in (string[])["1bc01ba", "PRIVATE KEY", .. $"{pem}{renewed}".Split('\n').Where(line => line.Length > 40)])
        {
            Assert.DoesNotContain(secret, journal, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, file, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, texts, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_controller_brings_it_off_the_amphora()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using AgentApi api = new(agent.CreateClient());
        await Assert.ThrowsAsync<HttpRequestException>(() => api.DeleteAsync("nobody", Cancel));

        string expected = await api.TextAsync("/2.0/journal", Cancel);
        CommandResult fetched = await FetchAsync(agent, "--out", _folder["fetched.jsonl"]);
        CommandResult printed = await FetchAsync(agent);
        CommandResult replay = await ReplayAsync(_folder["fetched.jsonl"]);

        Assert.Equal((0, ""), (fetched.ExitCode, fetched.Errors));
        Assert.Equal(expected, await File.ReadAllTextAsync(_folder["fetched.jsonl"], Cancel));
        Assert.Equal(expected, printed.Output);
        Assert.Equal((0, "0 plans, 0 the same, 0 different\n"), (replay.ExitCode, replay.Output));
    }

    [Fact]
    public async Task An_agent_without_a_journal_says_so()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration { More = "[amphora_agent]\njournal_size = 0\n" }, Cancel);
        using HttpClient client = agent.CreateClient();

        using HttpResponseMessage answer = await client.GetAsync(new Uri("/2.0/journal", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("journal_size is 0", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(agent.BasePath, "journal.jsonl")));
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static async Task ChangeAsync(PluggedAmphora amphora, TestDocument document, Action change)
    {
        change();
        document.Generation++;
        await amphora.Api.PushAsync(document, Cancel);
    }

    // Valid by the contract; only HAProxy's own check can find it.
    private static async Task RefusedAsync(PluggedAmphora amphora, TestDocument document, JsonObject listener)
    {
        document.Generation++;
        listener["l7policies"] = JsonNode.Parse(
            $$"""[{"id":"{{Guid.NewGuid()}}","action":"REJECT","position":1,"rules":[{"id":"{{Guid.NewGuid()}}","type":"PATH","compare_type":"REGEX","value":"(unclosed"}]}]""");
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => amphora.Api.PushAsync(document, Cancel));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        listener.Remove("l7policies");
    }

    private static Task<CommandResult> ReplayAsync(string file) => Command.RunAsync([.. Checkout.AgentCommand, "replay", file], Cancel);

    private Task<CommandResult> FetchAsync(AgentProcess agent, params string[] options) => Command.RunAsync(
        [
            .. Checkout.ControllerCommand, "agent", "journal", .. options, "--agent", agent.Address.OriginalString,
            "--ca", _folder.Write("ca.pem", agent.Certificates.AuthorityPem), "--cert", _folder.Write("client.pem", agent.Certificates.ClientPem("controller")),
        ],
        Cancel);

    private static IEnumerable<JsonObject> Of(IEnumerable<JsonObject> records, string kind) =>
        records.Where(record => (string?)record["kind"] == kind).Select(record => record[kind]!.AsObject());

    // What the texts say, as far as one can see it without putting differences together.
    private static IEnumerable<string> Texts(string journal)
    {
        foreach (string line in journal.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (JsonNode.Parse(line)!["text"] is { } text)
            {
                using MemoryStream compressed = new(Convert.FromBase64String((string)text["content"]!));
                using System.IO.Compression.GZipStream gzip = new(compressed, System.IO.Compression.CompressionMode.Decompress);
                using StreamReader reader = new(gzip, Encoding.UTF8);
                yield return reader.ReadToEnd();
            }
        }
    }
}
