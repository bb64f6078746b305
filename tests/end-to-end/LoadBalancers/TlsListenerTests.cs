// tls-container create, listener create: a certificate kept by the controller, served by an amphora.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class TlsListenerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_serves_the_certificate_it_refers_to_and_keeps_it_from_being_deleted()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);
        using Certificates authority = new();
        using TestFolder folder = new();
        string pem = authority.ListenerPem("www.example.com");
        JsonNode web = await controller.CreateAsync("web");
        JsonNode container = JsonNode.Parse(await controller.RunAsync("tls-container", "create", "--name", "www", "--certificate", folder.Write("www.pem", pem), "--output", "json"))!;
        string pool = (string)JsonNode.Parse(await controller.RunAsync("pool", "list", "--output", "json"))!["id"]!;

        await controller.RunAsync(
            "listener", "create", "web", "--name", "tls", "--protocol", "TERMINATED_HTTPS", "--protocol-port", "443",
            "--default-pool", pool, "--default-tls-container-ref", (string)container["ref"]!);
        using HttpClient client = TrafficClient.Create(controller.Client, authority: authority.Authority, resolve: IPAddress.Parse((string)web["vip_address"]!));
        string answer = await client.GetStringAsync(new Uri("https://www.example.com/"), Cancel);
        CommandResult used = await controller.TryAsync("tls-container", "delete", "www");
        await controller.RunAsync("listener", "delete", "tls");
        await controller.RunAsync("tls-container", "delete", "www");

        Assert.Contains("member0", answer, StringComparison.Ordinal);
        Assert.Equal(3, used.ExitCode);
        Assert.Contains((string)container["ref"]!, used.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", await File.ReadAllTextAsync(Path.Combine(controller.State, "controller.db"), System.Text.Encoding.Latin1, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_kept_with_a_warning()
    {
        using Certificates authority = new();
        using TestFolder folder = new();
        string[] create = [.. Checkout.ControllerCommand, "tls-container", "create", "--drivers", "noop", "--state-dir", folder["state"], "--output", "json"];
        string old = folder.Write("old.pem", authority.ListenerPem("www.example.com", DateTimeOffset.UtcNow.AddHours(-1)));
        string good = folder.Write("good.pem", authority.ListenerPem("www.example.com"));

        CommandResult ended = await Command.RunAsync([.. create, "--name", "old", "--certificate", old], Cancel);
        CommandResult valid = await Command.RunAsync([.. create, "--name", "good", "--certificate", good], Cancel);

        Assert.Equal((0, 0), (ended.ExitCode, valid.ExitCode));
        Assert.StartsWith("warning: the certificate of old ended ", ended.Errors, StringComparison.Ordinal);
        Assert.StartsWith("local:", (string)JsonNode.Parse(ended.Output)!["ref"]!, StringComparison.Ordinal);
        Assert.Empty(valid.Errors);
    }
}
