// Failover of amphorae and load balancers: the shipped controller on this host's namespaces, with a client that never stops.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class FailoverTests(ITestOutputHelper output)
{
    private static readonly Uri s_url = new("http://web.test/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_single_amphora_that_died_is_replaced_and_nothing_of_it_is_left(AddressFamily family)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(family, members: 1);
        JsonNode web = await controller.CreateAsync("web");
        string old = (string)web["amphorae"]![0]!["id"]!;
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null) { Limit = TimeSpan.FromSeconds(1) };
        await ControllerCommands.KillAmphoraAsync(old, Cancel);
        Assert.All(await traffic.SendAsync(s_url, 3, Cancel), answer => Assert.Null(answer.Member));

        (JsonNode after, TimeSpan took) = await FailoverAsync(controller, "web");
        IReadOnlyDictionary<string, int> answers = Traffic.Count(await traffic.SendAsync(s_url, 10, Cancel));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"failover of a dead amphora, {family}: {took.TotalSeconds:0.00} s"));
        string amphora = (string)Assert.Single(after["amphorae"]!.AsArray())!["id"]!;
        Assert.Equal(("ACTIVE", "ALLOCATED"), ((string)after["provisioning_status"]!, (string)after["amphorae"]![0]!["status"]!));
        Assert.NotEqual(old, amphora);
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 10 }, answers);
        Assert.DoesNotContain(controller.Things, thing => thing.Contains(old, StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.EnumerateFiles("/run/netns"), name => name.Contains(old[^12..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_single_amphora_that_serves_is_replaced_in_a_moment(AddressFamily family)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(family, members: 1);
        JsonNode web = await controller.CreateAsync("web");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null) { Limit = TimeSpan.FromSeconds(1) };
        TimeSpan took = default;

        IReadOnlyList<Answer> answers = await traffic.DuringAsync(s_url, async () => took = (await FailoverAsync(controller, "web")).Took, Cancel);

        Report($"SINGLE, {family}", took, answers);
        Assert.True(LongestGap(answers) < TimeSpan.FromSeconds(5), $"gap of {LongestGap(answers)}");
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, true)]
    [InlineData(AddressFamily.InterNetwork, false)]
    [InlineData(AddressFamily.InterNetworkV6, false)]
    public async Task A_member_in_another_network_or_subnet_is_reached_before_and_after(AddressFamily family, bool hasNetwork)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(family, members: 1);
        await (hasNetwork ? controller.AddNetworkAsync("backend", "10.67.0.0/24", "10.67.0.200") : controller.AddSubnetAsync("demo", "backend", "10.67.0.0/24", "10.67.0.200"));
        IReadOnlyList<string> before = controller.Things;
        JsonNode web = await controller.CreateAsync("web");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null) { Limit = TimeSpan.FromSeconds(5) };
        Dictionary<string, int> both = new() { ["member0"] = 5, ["backend"] = 5 };

        IReadOnlyDictionary<string, int> first = Traffic.Count(await traffic.SendAsync(s_url, 10, Cancel));
        await FailoverAsync(controller, "web");
        IReadOnlyDictionary<string, int> second = Traffic.Count(await traffic.SendAsync(s_url, 10, Cancel));
        await controller.RunAsync("lb", "delete", "web", "--cascade");

        Assert.Equal(both, first);
        Assert.Equal(both, second);
        Assert.Equal(before, controller.Things);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Clients_of_a_pair_see_no_more_than_one_move_of_the_vip(AddressFamily family)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(family, members: 1);
        JsonNode pair = await controller.CreateAsync("web", "--topology", "ACTIVE_STANDBY", "--anti-affinity");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)pair["vip_address"]!), null) { Limit = TimeSpan.FromSeconds(1) };
        await Until.TrueAsync("the VIP answers", TimeSpan.FromSeconds(30), async () => (await traffic.SendAsync(s_url, 1, Cancel))[0].Member is not null, Cancel);
        TimeSpan took = default;
        JsonNode? after = null;

        IReadOnlyList<Answer> answers = await traffic.DuringAsync(s_url, async () => (after, took) = await FailoverAsync(controller, "web"), Cancel);

        Report($"ACTIVE_STANDBY, {family}", took, answers);
        Assert.Equal("ACTIVE", (string)after!["provisioning_status"]!);
        Assert.Equal(["BACKUP", "MASTER"], after["amphorae"]!.AsArray().Select(amphora => (string)amphora!["role"]!).Order());
        Assert.Empty(after["amphorae"]!.AsArray().Select(amphora => (string)amphora!["id"]!).Intersect(pair["amphorae"]!.AsArray().Select(amphora => (string)amphora!["id"]!)));
        Assert.True(LongestGap(answers) < TimeSpan.FromSeconds(5), $"gap of {LongestGap(answers)}");
    }

    private static async Task<(JsonNode After, TimeSpan Took)> FailoverAsync(ControllerCommands controller, string name)
    {
        long start = Stopwatch.GetTimestamp();
        string printed = await controller.RunAsync("lb", "failover", name, "--output", "json");
        return (JsonNode.Parse(printed)!, Stopwatch.GetElapsedTime(start));
    }

    private void Report(string what, TimeSpan took, IReadOnlyList<Answer> answers) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: failover {took.TotalSeconds:0.00} s, {answers.Count} requests, {answers.Count(answer => answer.Member is null)} failed, longest gap {LongestGap(answers).TotalMilliseconds:0} ms: {string.Join(", ", Traffic.Count(answers))}"));

    // Between two requests that were answered: when they were sent.
    private static TimeSpan LongestGap(IReadOnlyList<Answer> answers)
    {
        List<TimeSpan> good = [.. answers.Where(answer => answer.Member is not null).Select(answer => answer.At).Order()];
        return good.Zip(good.Skip(1), (first, next) => next - first).DefaultIfEmpty(TimeSpan.MaxValue).Max();
    }
}
