// An unmodified Octavia driver drives the agent through the sequences of its flows (driver-calls §4), with traffic all the while.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

public sealed class StockDriverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_single_load_balancer_is_created_changed_and_taken_away()
    {
        await using var amphora = await DrivenAmphorae.StartSingleAsync(members: 2);
        var info = (await amphora.Driver.OrderAsync("info", Cancellation))![0]!;
        Assert.Equal("1.0", (string?)info["api_version"]);
        await amphora.Driver.OrderAsync("plug_vip", Cancellation);
        // A port that is plugged already is a conflict, which the driver takes for success.
        await amphora.Driver.OrderAsync("plug_vip", Cancellation);
        // Without a listener nothing is sent.
        await amphora.Driver.OrderAsync("update", Cancellation);
        var http = await amphora.AddListenerAsync("HTTP", 80, members: 1);
        await amphora.Driver.OrderAsync("update", Cancellation);
        Assert.Equal("member-1", await amphora.AskAsync());
        var listeners = (await amphora.Driver.OrderAsync("listeners", Cancellation))![0]!.AsArray();
        Assert.Equal((http.Id, "ACTIVE", "HTTP"), ((string)listeners[0]!["uuid"]!, (string)listeners[0]!["status"]!, (string)listeners[0]!["type"]!));
        var details = (await amphora.Driver.OrderAsync("details", Cancellation))![0]!;
        Assert.Equal((1, http.Id), ((int)details["haproxy_count"]!, (string)details["listeners"]![0]!));
        // Both are a flow's steps that send nothing.
        await amphora.Driver.OrderAsync("diagnostics", Cancellation);

        await http.SetMembersAsync(2);
        await amphora.Driver.OrderAsync("update", Cancellation);
        Assert.Equal(["member-1", "member-2"], (await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => amphora.AskAsync()))).Distinct().Order());

        await http.DeleteAsync();
        await Assert.ThrowsAsync<HttpRequestException>(amphora.AskAsync);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(amphora.Agent.BasePath, "*", SearchOption.AllDirectories),
            path => path.Contains(amphora.Driver.LoadBalancerId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Updates_cost_no_request()
    {
        await using var amphora = await DrivenAmphorae.StartSingleAsync(members: 2);
        await amphora.Driver.OrderAsync("plug_vip", Cancellation);
        var http = await amphora.AddListenerAsync("HTTP", 80, members: 1);
        await amphora.Driver.OrderAsync("update", Cancellation);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, authority: null);

        var answers = await traffic.DuringAsync(new Uri("http://www.example/"), async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                await http.SetMembersAsync(1 + (round % 2));
                await amphora.Driver.OrderAsync("update", Cancellation);
            }
        }, Cancellation);

        Assert.True(answers.Count > 20, $"{answers.Count} requests");
        Assert.DoesNotContain(answers, answer => answer.Failure is not null);
    }

    [Fact]
    public async Task The_agents_certificate_and_configuration_are_replaced_while_it_runs()
    {
        await using var amphora = await DrivenAmphorae.StartSingleAsync(members: 0);
        var pem = amphora.Agent.Certificates.ServerPem(amphora.Agent.Configuration.AmphoraId, amphora.Agent.Configuration.Address);
        await amphora.Driver.OrderAsync("rotate", new JsonObject { ["pem"] = pem }, Cancellation);
        Assert.Equal(pem, await File.ReadAllTextAsync(amphora.Agent.ServerCertificateFile, Cancellation));

        var text = (await File.ReadAllTextAsync(amphora.Agent.ConfigFile, Cancellation)).Replace("loadbalancer_topology = SINGLE", "loadbalancer_topology = ACTIVE_STANDBY", StringComparison.Ordinal);
        await amphora.Driver.OrderAsync("configure", new JsonObject { ["text"] = text }, Cancellation);

        using var client = amphora.Agent.CreateClient();
        var capabilities = JsonNode.Parse(await client.GetStringAsync(new Uri("/2.0/capabilities", UriKind.Relative), Cancellation))!;
        Assert.Equal("ACTIVE_STANDBY", (string?)capabilities["topology"]);
    }

    [Fact]
    public async Task What_the_stock_driver_manages_cannot_be_written_over_api_2_and_is_seen_there()
    {
        await using var amphora = await DrivenAmphorae.StartSingleAsync(members: 1);
        await amphora.Driver.OrderAsync("plug_vip", Cancellation);
        await amphora.AddListenerAsync("HTTP", 80, members: 1);
        await amphora.Driver.OrderAsync("update", Cancellation);
        using var client = amphora.Agent.CreateClient();
        TestDocument document = new(amphora.Agent.Configuration.AmphoraId, amphora.Topology.Vip, amphora.Driver.LoadBalancerId);

        using var answer = await client.PutAsync(new Uri($"/2.0/load-balancers/{document.Id}", UriKind.Relative), MtlsClient.Json(document.ToString()), Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri("/2.0/load-balancers", UriKind.Relative), Cancellation))!["load_balancers"]!;
        Assert.Equal((amphora.Driver.LoadBalancerId, "1.0"), ((string)list[0]!["id"]!, (string)list[0]!["managed_by"]!));
        Assert.Equal("member-1", await amphora.AskAsync());
    }
}
