// How much the units of the image may do, in systemd's own judgement: 0 is nothing, 10 everything.
using System.Globalization;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Systemd.Tests.Upgrade;
using Xunit;

namespace Amphora.Systemd.Tests;

public sealed class SandboxTests(BootedImage image) : IClassFixture<BootedImage>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("amphora-agent.service", 2.5)]
    [InlineData("amphora-haproxy-check.service", 1.5)]
    [InlineData("amphora-agent-upgrade.service", 1.5)]
    [InlineData("amphora-prometheus.service", 1.5)]
    public async Task A_unit_of_the_image_may_do_little(string unit, double most) => Assert.InRange(await ExposureAsync(unit), 0, most);

    [Fact]
    public async Task A_load_balancers_unit_may_do_little()
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(image.Amphora, image.Amphora.NewDocument(), Cancel);

        Assert.InRange(await ExposureAsync(pushed.Unit), 0, 4);
    }

    [Fact]
    public async Task A_change_is_a_reload_that_the_agent_sees_in_its_sandbox()
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(image.Amphora, image.Amphora.NewDocument(), Cancel);
        pushed.Document.AddListener("HTTP", 81, pushed.Document.LoadBalancer["pools"]![0]!.AsObject());

        JsonNode applied = await pushed.PushAgainAsync(Cancel);

        Assert.Equal("applied", (string?)applied["result"]);
        Assert.True((bool)(await image.Amphora.Api.StatusAsync(pushed.Document.Id, Cancel))["haproxy_running"]!);
        Assert.NotNull((await pushed.Traffic.SendAsync(new Uri($"http://{image.Amphora.Topology.Vip}:81/"), 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task The_proxy_of_the_metrics_does_its_work_in_its_sandbox()
    {
        TestDocument document = image.Amphora.NewDocument();
        document.AddListener("PROMETHEUS", 9090, null);
        await using PushedUnit pushed = await PushedUnit.PushAsync(image.Amphora, document, Cancel);
        using HttpClient client = TrafficClient.Create(image.Amphora.Topology.Client);

        string metrics = "";
        await Until.TrueAsync(
            "the metrics are served",
            Limit,
            async () =>
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{image.Amphora.Topology.Vip}:9090/metrics"), Cancel);
                metrics = await answer.Content.ReadAsStringAsync(Cancel);
                return answer.IsSuccessStatusCode;
            },
            Cancel);

        Assert.Contains("octavia_loadbalancer_cpu", metrics, StringComparison.Ordinal);
    }

    // The last line: → Overall exposure level for amphora-agent.service: 2.4 OK 🙂
    private async Task<double> ExposureAsync(string unit)
    {
        string analysis = await image.Amphora.Container.OutputAsync(["systemd-analyze", "security", "--no-pager", unit], Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(analysis);
        string[] words = analysis.TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(words[Array.IndexOf(words, $"{unit}:") + 1], CultureInfo.InvariantCulture);
    }
}
