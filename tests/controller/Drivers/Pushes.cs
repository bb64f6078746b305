// A push brings the files an agent does not have, then the document; what can be found out before is, and then nothing is sent.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Controller.Tests.Drivers;

public sealed class Pushes : IDisposable
{
    private static readonly TestCredentials Own = TestCredentials.Own;

    private readonly TestFolder _folder = new();
    private readonly JsonNode _document;

    public Pushes()
    {
        _document = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Top, "tests/golden/documents/04-terminated-https-sni.json")))!;
        foreach (var file in _document["tls_files"]!.AsArray())
        {
            var content = $"content of {file!["file"]}";
            _folder.Write((string)file["file"]!, content);
            file["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private byte[] Text => Encoding.UTF8.GetBytes(_document.ToJsonString());

    [Fact]
    public async Task Only_missing_and_different_files_are_uploaded_and_before_the_document()
    {
        var names = Names();
        await using var agent = Agent((call, _) => call switch
        {
            { Method: "GET" } when call.Path.EndsWith(names[0], StringComparison.Ordinal) => Answers.Certificate(names[0], Digest(0)),
            { Method: "GET" } when call.Path.EndsWith(names[1], StringComparison.Ordinal) => Answers.Certificate(names[1], new string('0', 64)),
            { Method: "GET" } => Answers.NotFound,
            _ when call.Path.Contains("/certificates/", StringComparison.Ordinal) => Answers.Certificate("any.pem", ""),
            _ => Answers.Applied(),
        });

        var answer = await PushAsync(agent);

        Assert.Equal("applied", answer.Value.Result);
        var prefix = $"/2.0/load-balancers/{Answers.LoadBalancerId}";
        Assert.Equal([$"PUT {prefix}/certificates/{names[1]}", $"PUT {prefix}/certificates/{names[2]}", $"PUT {prefix}"], agent.Calls.Where(call => call.Method == "PUT").Select(call => call.Line));
        Assert.Equal($"content of {names[1]}", agent.Calls.First(call => call.Method == "PUT").Text);
        Assert.Equal(Text, agent.Calls[^1].Body);
        Assert.Equal(1, agent.Connections);
    }

    [Fact]
    public async Task An_upload_that_is_refused_ends_the_push()
    {
        await using var agent = Agent((call, _) => call.Method == "GET" ? Answers.NotFound : Answers.Problem(507, new Problem { Type = "x", Title = "No space", Status = 507 }));

        var answer = await PushAsync(agent);

        Assert.Equal(507, answer.Error?.Status);
        Assert.Equal(["GET", "PUT"], agent.Calls.Select(call => call.Method));
    }

    [Fact]
    public async Task A_file_that_neither_side_has_is_a_fault_of_the_document()
    {
        File.Delete(_folder[Names()[0]]);
        await using var agent = Agent((_, _) => Answers.NotFound);

        var answer = await PushAsync(agent);

        Assert.Equal(["/tls_files/0/file V5"], answer.Error!.Faults.Select(fault => $"{fault.Path} {fault.Rule}"));
        Assert.DoesNotContain(agent.Calls, call => call.Method == "PUT");
    }

    [Fact]
    public void A_file_with_another_digest_is_a_fault_before_anything_is_sent()
    {
        _folder.Write(Names()[1], "changed");

        var (push, faults) = LoadBalancerPush.Prepare(Text, name => File.Exists(_folder[name]) ? File.ReadAllBytes(_folder[name]) : null, []);

        Assert.Null(push);
        Assert.Equal(["/tls_files/1/sha256 V5"], faults.Select(fault => $"{fault.Path} {fault.Rule}"));
    }

    [Fact]
    public void Faults_of_the_document_are_found_before_anything_is_sent()
    {
        _document["loadbalancer"]!["vip_address"] = "999.1.1.1";
        _document["surprise"] = true;

        var (push, faults) = LoadBalancerPush.Prepare(Text, static _ => null, []);

        Assert.Null(push);
        Assert.Equal(["/loadbalancer/vip_address", "/surprise"], faults.Select(fault => fault.Path).Order());
    }

    [Fact]
    public void An_amphora_that_is_not_in_the_document_is_a_fault()
    {
        var (push, faults) = LoadBalancerPush.Prepare(Text, static _ => null, [Guid.NewGuid()]);

        Assert.Null(push);
        Assert.Equal("V12", Assert.Single(faults).Rule);
    }

    [Fact]
    public async Task Each_amphora_of_a_pair_gets_the_document_as_itself()
    {
        var text = await File.ReadAllBytesAsync(Path.Combine(Checkout.Top, "tests/golden/documents/10-dual-stack-active-standby.json"), Token);
        var ids = JsonNode.Parse(text)!["amphorae"]!.AsArray().Select(amphora => Guid.Parse((string)amphora!["id"]!)).ToList();
        var (push, faults) = LoadBalancerPush.Prepare(text, static _ => null, ids);
        Assert.True(push is not null, string.Join('\n', faults));

        var sent = new List<string>();
        foreach (var id in ids)
        {
            using var folder = new TestFolder();
            await using var agent = new ScriptedAgent(ServerPem(folder, id), Own.AuthorityPem, (_, _) => Answers.Applied());
            using var group = Own.Group(agent.Url, id);
            Assert.True((await DriversSlice.AskAllAsync(group, null, (client, token) => client.PushAsync(push, null, token), Token))[0].Ok);
            sent.Add((string)JsonNode.Parse(agent.Calls[^1].Body)!["amphora_id"]!);
        }

        Assert.Equal(ids.Select(id => id.ToString()), sent);
    }

    public void Dispose() => _folder.Dispose();

    private static string ServerPem(TestFolder folder, Guid id) => File.ReadAllText(Controller.Certificates.CertificatesSlice.IssueServer(
        new Controller.Certificates.IssueOptions { Directory = Own.Directory, Out = folder["server.pem"], Days = 1 }, id, [], DateTimeOffset.UtcNow).Value.File);

    private static ScriptedAgent Agent(Func<Call, int, Reply> script) => new(Own.ServerPem, Own.AuthorityPem, script);

    private string[] Names() => [.. _document["tls_files"]!.AsArray().Select(file => (string)file!["file"]!)];

    private string Digest(int index) => (string)_document["tls_files"]![index]!["sha256"]!;

    private async Task<AgentAnswer<LoadBalancerApplied>> PushAsync(ScriptedAgent agent)
    {
        var (push, faults) = LoadBalancerPush.Prepare(Text, name => File.Exists(_folder[name]) ? File.ReadAllBytes(_folder[name]) : null, []);
        Assert.True(push is not null, string.Join('\n', faults));
        using var group = Own.Group(agent.Url, TestCredentials.AmphoraId);
        return (await DriversSlice.AskAllAsync(group, null, (client, token) => client.PushAsync(push, null, token), Token))[0];
    }
}
