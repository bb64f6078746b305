// [haproxy_amphora] lint, as an operator meets it: told to warn for a template of their own, and to refuse again later.
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class LintTests
{
    private const string Line = "http-response set-header X-Operator ours";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_of_no_template_is_answered_with_its_number_and_what_serves_goes_on()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 2, new AgentConfiguration(), Cancellation);
        string good = balancer.Config(members: 1);
        await balancer.UploadAsync(good, Cancellation);
        await balancer.ActAsync("start", Cancellation);

        OctaviaReply refused = await UploadAsync(balancer, Foreign(balancer.Config(members: 2)));
        await balancer.ActAsync("reload", Cancellation);

        int number = 1 + Array.FindIndex(Foreign(balancer.Config(members: 2)).Split('\n'), line => line.Contains(Line, StringComparison.Ordinal));
        Assert.Equal((400, "Invalid request"), (refused.Status, refused.Message));
        Assert.Equal($"line {number}: `{Line}`: not a directive that a load balancer of Octavia's has in section backend", refused.Details);
        Assert.Equal(good, (await balancer.Client.GetAsync($"/loadbalancer/{balancer.Id}/haproxy", Cancellation)).Text);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 4 }, await balancer.AskAsync(4, Cancellation));
    }

    [Fact]
    public async Task What_was_let_in_with_a_warning_serves_on_and_is_rolled_back_to_by_an_agent_that_refuses()
    {
        AgentConfiguration configuration = new() { More = "[haproxy_amphora]\nlint = warn\n" };
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 2, configuration, Cancellation);
        string first = Foreign(balancer.Config(members: 2));
        await balancer.UploadAsync(first, Cancellation);
        await balancer.ActAsync("start", Cancellation);
        await balancer.Agent.StopAsync(Cancellation);
        string warned = balancer.Agent.Log;
        await File.WriteAllTextAsync(
            balancer.Agent.ConfigFile,
            (await File.ReadAllTextAsync(balancer.Agent.ConfigFile, Cancellation)).Replace("lint = warn", "lint = refuse", StringComparison.Ordinal),
            Cancellation);
        await balancer.StartAgainAsync(Cancellation);

        await balancer.ActAsync("reload", Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("reload", Cancellation);
        OctaviaReply again = await UploadAsync(balancer, first);
        JsonNode rolledBack = await balancer.Api.SendAsync(HttpMethod.Post, $"/2.0/load-balancers/{balancer.Id}/rollback", null, Cancellation);

        Assert.Contains($"`{Line}`", warned, StringComparison.Ordinal);
        Assert.Equal(400, again.Status);
        Assert.Equal("rolled_back", (string?)rolledBack["result"]);
        Assert.Equal(first, (await balancer.Client.GetAsync($"/loadbalancer/{balancer.Id}/haproxy", Cancellation)).Text);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2, ["member-2"] = 2 }, await balancer.AskAsync(4, Cancellation));
    }

    // In the last section, the backend.
    private static string Foreign(string config) => $"{config}    {Line}\n";

    private static Task<OctaviaReply> UploadAsync(StockLoadBalancer balancer, string config) =>
        balancer.Client.PutAsync($"/loadbalancer/{balancer.Agent.Configuration.AmphoraId}/{balancer.Id}/haproxy", config, Cancellation);
}
