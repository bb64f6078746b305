// The steps of the demonstration, in order; each says what is done, shows what came of it and checks it.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;

namespace Amphora.Demo;

/// <summary>READ THIS FIRST: <see cref="RunAsync"/> is a line a step.</summary>
internal sealed class Demonstration : IDisposable
{
    private const int Requests = 30;
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(10);

    private readonly Report _report;
    private readonly World _world;
    private readonly DemoDocument _document;
    private readonly Traffic _traffic;

    private Demonstration(Report report, World world, DemoDocument document, Traffic traffic) =>
        (_report, _world, _document, _traffic) = (report, world, document, traffic);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using World world = await World.CreateAsync(report, cancellationToken);
        world.StartMembers();
        await world.IssueCertificatesAsync(cancellationToken);
        try
        {
            await world.StartAgentAsync(cancellationToken);
            using Demonstration demonstration = new(
                report, world, new DemoDocument(world), new Traffic(world.Topology.Client, world.Topology.Vip, world.LoadAuthority()));
            await demonstration.PlugAsync(cancellationToken);
            await demonstration.PushAsync(cancellationToken);
            await demonstration.BalanceAsync(cancellationToken);
            await demonstration.LoseMemberAsync(cancellationToken);
            await demonstration.ChangeWeightAsync(cancellationToken);
            await demonstration.DeleteAsync(cancellationToken);
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine($"\nthe agent's log:\n{world.AgentLog}");
            throw;
        }
    }

    public void Dispose() => _traffic.Dispose();

    private async Task PlugAsync(CancellationToken cancellationToken)
    {
        _report.Section("the agent plugs the VIP: finds the port by its MAC, moves it into the amphora's namespace, sets addresses, routes and rules");
        JsonNode port = await _report.TimedAsync("plug the VIP", () => _world.Controller.AgentAsync(
            [
                "plug-vip", "--mac", _world.Topology.VipPortMac, "--vip", $"{_world.Topology.Vip}", "--subnet", _world.Topology.VipSubnet,
                "--gateway", $"{_world.Topology.Gateway}", "--vrrp-ip", $"{_world.Topology.VrrpIp}",
            ],
            cancellationToken));
        ShowActions(port);
        _report.Expect("interface of the VIP", "eth1", (string)port["interface"]!);
    }

    private async Task PushAsync(CancellationToken cancellationToken)
    {
        _report.Section("the controller pushes a load balancer: HTTP on 80, TERMINATED_HTTPS on 443, TCP on 8080");
        JsonNode applied = await PushDocumentAsync("push generation 1", cancellationToken);
        ShowActions(applied);
        _report.Expect("result of the push", "applied", (string)applied["result"]!);
    }

    private async Task BalanceAsync(CancellationToken cancellationToken)
    {
        // The first check of a member may still be on its way: until it has passed, HAProxy takes it for up.
        _report.Section($"what the client got: {Requests} requests to each listener");
        await BalanceAsync("3 equal members", [10, 10, 10], cancellationToken);
    }

    private async Task LoseMemberAsync(CancellationToken cancellationToken)
    {
        _report.Section("member-2 dies while the client keeps asking, 100 requests a second; the health monitor asks every second");
        TimeSpan noticed = TimeSpan.Zero;
        IReadOnlyList<Answer> answers = await _traffic.DuringAsync(DemoDocument.Http, async () =>
        {
            long start = Stopwatch.GetTimestamp();
            _world.Members[1].Stop();
            await UntilStatusAsync("ERROR", cancellationToken);
            noticed = Stopwatch.GetElapsedTime(start);
        }, cancellationToken);
        ShowInterruption(answers);
        _report.Time("a dead member, until its status is ERROR", noticed);
        await BalanceAsync("member-2 is dead", [15, 0, 15], cancellationToken);

        long restart = Stopwatch.GetTimestamp();
        _world.Members[1].Start();
        await UntilStatusAsync("ONLINE", cancellationToken);
        _report.Time("the member is back, until its status is ONLINE", Stopwatch.GetElapsedTime(restart));
        await BalanceAsync("member-2 is back", [10, 10, 10], cancellationToken);
    }

    private async Task ChangeWeightAsync(CancellationToken cancellationToken)
    {
        _report.Section("generation 2: member-1 gets weight 3, while the client keeps asking");
        _document.ChangeWeight(member: 0, weight: 3);
        IReadOnlyList<Answer> answers = await _traffic.DuringAsync(
            DemoDocument.Http,
            async () => ShowActions(await PushDocumentAsync("push generation 2", cancellationToken)),
            cancellationToken);
        ShowInterruption(answers);
        await BalanceAsync("weights 3, 1, 1", [18, 6, 6], cancellationToken);
        JsonNode again = await PushDocumentAsync("push generation 2 again", cancellationToken);
        _report.Expect("result of pushing the same again", "unchanged", (string)again["result"]!);
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        _report.Section("the controller deletes the load balancer");
        JsonNode deleted = await _report.TimedAsync("delete", () => _world.Controller.AgentAsync(["delete", _document.Id], cancellationToken));
        ShowActions(deleted);
        _report.Expect("result of the delete", "deleted", (string)deleted["result"]!);
        Answer answer = (await _traffic.SendAsync(DemoDocument.Http, 1, cancellationToken))[0];
        _report.Expect("requests answered after the delete", "0", answer.Member is null ? "0" : "1");
    }

    private Task<JsonNode> PushDocumentAsync(string step, CancellationToken cancellationToken) =>
        _report.TimedAsync(step, () => _world.Controller.AgentAsync(
            ["push", "--file", _world.WriteDocument(_document.Text), "--certificates", _world.CertificateFolder], cancellationToken));

    /// <summary>Sends requests to each listener and compares who answered with what was expected of each member.</summary>
    private async Task BalanceAsync(string situation, int[] expected, CancellationToken cancellationToken)
    {
        List<string[]> rows = [];
        foreach ((string name, Uri url) in DemoDocument.Listeners)
        {
            IReadOnlyList<Answer> answers = await _traffic.SendAsync(url, Requests, cancellationToken);
            int[] counts = [.. _world.Members.Select(member => answers.Count(answer => answer.Member == member.Name))];
            Answer[] failed = [.. answers.Where(answer => answer.Member is null)];
            double median = answers.Select(answer => answer.Took.TotalMilliseconds).Order().ElementAt(answers.Count / 2);
            rows.Add([name, .. counts.Select(count => $"{count}"), $"{failed.Length}", median.ToString("0.0", CultureInfo.InvariantCulture) + " ms"]);
            _report.Expect($"{situation}: {name}: failed requests", "", string.Join(", ", failed.Select(answer => answer.Failure).Distinct()));
            for (int index = 0; index < expected.Length; index++)
            {
                _report.ExpectNear($"{situation}: {name}: requests to {_world.Members[index].Name}", expected[index], counts[index], expected[index] == 0 ? 0 : 2);
            }
        }

        _report.Line(situation);
        _report.Table(["listener", .. _world.Members.Select(member => member.Name), "failed", "median"], rows);
    }

    private void ShowInterruption(IReadOnlyList<Answer> answers)
    {
        Answer[] failed = [.. answers.Where(answer => answer.Member is null)];
        Answer[] slow = [.. answers.Where(answer => answer.Took > TimeSpan.FromMilliseconds(500))];
        _report.Line($"{answers.Count} requests, {failed.Length} failed, {slow.Length} waited for another member, the slowest {Report.Milliseconds(answers.Max(answer => answer.Took))}");
        if (slow.Length > 0)
        {
            _report.Line($"the last that had to wait was sent {Report.Milliseconds(slow.Max(answer => answer.At))} after the start");
        }

        _report.Expect("failed requests meanwhile", "", string.Join(", ", failed.Select(answer => $"{Report.Milliseconds(answer.At)}: {answer.Failure}").Take(5)));
    }

    private void ShowActions(JsonNode answer) =>
        _report.Table(
            ["action", "target", "time"],
            answer["actions"]!.AsArray().Select(action => (string[])
            [
                (string)action!["action"]!, _world.Shorten((string)action["target"]!), Report.Milliseconds(TimeSpan.FromMilliseconds((double)action["duration_ms"]!)),
            ]));

    /// <summary>Asks the agent for the status until member-2 has it under every listener.</summary>
    private Task<TimeSpan> UntilStatusAsync(string wanted, CancellationToken cancellationToken) =>
        Until.TrueAsync($"member-2 is {wanted}", NoticeLimit, async () =>
        {
            JsonNode status = await _world.Controller.AgentAsync(["status", _document.Id], cancellationToken, isShown: false);
            string[] statuses = [.. status["listeners"]!.AsArray()
                .SelectMany(listener => listener!["pools"]!.AsArray())
                .SelectMany(pool => pool!["members"]!.AsArray())
                .Where(member => _document.IsMember(1, (string)member!["id"]!))
                .Select(member => (string)member!["operating_status"]!)];
            return statuses.Length == DemoDocument.Listeners.Count && statuses.All(found => found == wanted);
        }, cancellationToken);
}
