// The steps of the demonstration, in order; each says what is done, shows what came of it and checks it.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;

namespace Amphora.Demo;

/// <summary>READ THIS FIRST: <see cref="RunAsync"/> is a line a step.</summary>
internal sealed class Demonstration
{
    private const string LoadBalancer = "web";
    private const int Requests = 30;
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RepairLimit = TimeSpan.FromSeconds(60);

    // VRRP with an advertisement a second: three that are missing, the election, and the answer's own second.
    private static readonly TimeSpan LongestSwitchOver = TimeSpan.FromSeconds(5);

    private readonly Report _report;
    private readonly World _world;

    private Demonstration(Report report, World world) => (_report, _world) = (report, world);

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using World world = await World.CreateAsync(report, cancellationToken);
        try
        {
            Demonstration demonstration = new(report, world);
            using Traffic traffic = await demonstration.CreateAsync(cancellationToken);
            await demonstration.BalanceAsync(traffic, "3 equal members", [10, 10, 10], cancellationToken);
            await demonstration.LoseMemberAsync(traffic, cancellationToken);
            await demonstration.ChangeWeightAsync(traffic, cancellationToken);
            await demonstration.LoseMasterAsync(traffic, cancellationToken);
            await demonstration.BalanceAsync(traffic, "the rebuilt pair, weights 3, 1, 1", [18, 6, 6], cancellationToken);
            await demonstration.DeleteAsync(traffic, cancellationToken);
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine($"\nthe log of the controller that stays:\n{world.ServeLog}");
            throw;
        }
    }

    private async Task<Traffic> CreateAsync(CancellationToken cancellationToken)
    {
        _report.Section("lb create: two amphorae that share a VIP; HTTP on 80, TERMINATED_HTTPS on 443, TCP on 8080");
        string pem = _world.Write("www.pem", _world.Authority.ListenerPem(DemoTree.HostName));
        JsonNode container = (await _world.Controller.RunAsync("tls-container", "create", "--name", "www", "--certificate", pem)).Single();
        string tree = _world.Write("tree.json", DemoTree.Of((string)container["ref"]!, _world.Members.Select(member => (member.Name, $"{member.EndPoint.Address}"))).ToString());
        JsonNode created = await _report.TimedAsync("lb create", async () => (await _world.Controller.RunAsync(
            "lb", "create", "--name", LoadBalancer, "--vip-subnet-id", "demo", "--topology", "ACTIVE_STANDBY", "--anti-affinity", "--file", tree)).Single());
        Traffic traffic = new(_world.Client, IPAddress.Parse((string)created["vip_address"]!), _world.Authority.Authority) { Limit = TimeSpan.FromSeconds(2) };
        _report.Time("until the VIP answers", await Until.TrueAsync("the VIP answers", NoticeLimit, () => AnswersAsync(traffic, cancellationToken), cancellationToken));
        await _world.Controller.ShowAsync("lb", "show", LoadBalancer);
        _report.Expect("provisioning status", "ACTIVE", (string)created["provisioning_status"]!);
        return traffic;
    }

    private async Task LoseMemberAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        _report.Section("member-2 dies while the client keeps asking, 100 requests a second; the health monitor asks every second");
        await UntilMemberAsync("ONLINE", cancellationToken);
        TimeSpan noticed = TimeSpan.Zero;
        IReadOnlyList<Answer> answers = await traffic.DuringAsync(DemoTree.Http, async () =>
        {
            long start = Stopwatch.GetTimestamp();
            _world.Members[1].Stop();
            await UntilMemberAsync("ERROR", cancellationToken);
            noticed = Stopwatch.GetElapsedTime(start);
        }, cancellationToken);
        ShowInterruption(answers);
        ExpectNoFailure(answers);
        _report.Time("a dead member, until the controller knows", noticed);
        await BalanceAsync(traffic, "member-2 is dead", [15, 0, 15], cancellationToken);

        long restart = Stopwatch.GetTimestamp();
        _world.Members[1].Start();
        await UntilMemberAsync("ONLINE", cancellationToken);
        _report.Time("the member is back, until the controller knows", Stopwatch.GetElapsedTime(restart));
        await UntilServingAsync(traffic, _world.Members[1].Name, cancellationToken);
        await BalanceAsync(traffic, "member-2 is back", [10, 10, 10], cancellationToken);
    }

    private async Task ChangeWeightAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        _report.Section("member-1 gets weight 3, while the client keeps asking");
        IReadOnlyList<Answer> answers = await traffic.DuringAsync(DemoTree.Http, async () =>
        {
            foreach (string pool in DemoTree.Pools)
            {
                await _report.TimedAsync($"member set, pool {pool}", () => _world.Controller.RunAsync("member", "set", pool, "member-1", "--weight", "3"));
            }
        }, cancellationToken);
        ShowInterruption(answers);
        ExpectNoFailure(answers);
        await BalanceAsync(traffic, "weights 3, 1, 1", [18, 6, 6], cancellationToken);
    }

    private async Task LoseMasterAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonNode> before = await AmphoraeAsync();
        string master = before.Select(amphora => (string)amphora["id"]!).Single(id => ControllerCommands.HasAddress(id, IPAddress.Parse((string)before[0]["ha_ip"]!)));
        _report.Section($"the amphora that has the VIP, {master}, dies: agent, HAProxy and keepalived at once");
        (TimeSpan silent, TimeSpan rebuilt) = (TimeSpan.Zero, TimeSpan.Zero);
        IReadOnlyList<Answer> answers = await traffic.DuringAsync(DemoTree.Http, async () =>
        {
            await ControllerCommands.KillAmphoraAsync(master, cancellationToken);
            long start = Stopwatch.GetTimestamp();
            silent = await Until.TrueAsync("the other one answers", NoticeLimit, () => AnswersAsync(traffic, cancellationToken), cancellationToken);
            await Until.TrueAsync("the pair is rebuilt", RepairLimit, () => IsRebuiltAsync(master), cancellationToken);
            rebuilt = Stopwatch.GetElapsedTime(start);
        }, cancellationToken);
        _report.Line($"{answers.Count} requests, {answers.Count(static answer => answer.Member is null)} failed, the client's longest gap {Report.Milliseconds(LongestGap(answers))}");
        _report.Time("the client's longest gap", LongestGap(answers));
        _report.Time("a dead amphora, until the pair is rebuilt", rebuilt);
        _report.Expect("the client's longest gap is a switch-over of VRRP", "True", $"{LongestGap(answers) < LongestSwitchOver && silent < LongestSwitchOver}");
        await _world.Controller.ShowAsync("amphora", "list", "--loadbalancer", LoadBalancer);
        IReadOnlyList<JsonNode> after = await AmphoraeAsync();
        _report.Expect("roles of the rebuilt pair", "BACKUP, MASTER", string.Join(", ", after.Select(static amphora => (string)amphora["role"]!).Order()));
        _report.Expect("one of the two is the one that lived", "1", $"{after.Count(amphora => before.Any(old => (string)old["id"]! == (string)amphora["id"]!))}");
    }

    private async Task DeleteAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        _report.Section("lb delete");
        await _report.TimedAsync("lb delete", () => _world.Controller.RunAsync("lb", "delete", LoadBalancer, "--cascade"));
        _report.Expect("requests answered after the delete", "False", $"{await AnswersAsync(traffic, cancellationToken)}");
        _report.Expect("load balancers", "0", $"{(await _world.Controller.AskAsync("lb", "list")).Count}");
        _report.Expect("amphorae", "", string.Join(", ", _world.Amphorae));
    }

    /// <summary>Sends requests to each listener and compares who answered with what was expected of each member.</summary>
    private async Task BalanceAsync(Traffic traffic, string situation, int[] expected, CancellationToken cancellationToken)
    {
        List<string[]> rows = [];
        foreach ((string name, Uri url) in DemoTree.Listeners)
        {
            IReadOnlyList<Answer> answers = await traffic.SendAsync(url, Requests, cancellationToken);
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

        _report.Line($"what the client got, {Requests} requests to each listener: {situation}");
        _report.Table(["listener", .. _world.Members.Select(member => member.Name), "failed", "median"], rows);
    }

    private void ShowInterruption(IReadOnlyList<Answer> answers)
    {
        Answer[] slow = [.. answers.Where(answer => answer.Took > TimeSpan.FromMilliseconds(500))];
        _report.Line($"{answers.Count} requests, {answers.Count(static answer => answer.Member is null)} failed, {slow.Length} waited for another member, the slowest {Report.Milliseconds(answers.Max(answer => answer.Took))}");
    }

    private void ExpectNoFailure(IReadOnlyList<Answer> answers) => _report.Expect(
        "failed requests meanwhile", "", string.Join(", ", answers.Where(answer => answer.Member is null).Select(answer => $"{Report.Milliseconds(answer.At)}: {answer.Failure}").Take(5)));

    private static async Task<bool> AnswersAsync(Traffic traffic, CancellationToken cancellationToken) =>
        (await traffic.SendAsync(DemoTree.Http, 1, cancellationToken))[0].Member is not null;

    private Task<IReadOnlyList<JsonNode>> AmphoraeAsync() => _world.Controller.AskAsync("amphora", "list", "--loadbalancer", LoadBalancer);

    private async Task<bool> IsRebuiltAsync(string dead)
    {
        IReadOnlyList<JsonNode> amphorae = await AmphoraeAsync();
        return amphorae.Count == 2 && amphorae.All(amphora => (string)amphora["id"]! != dead && (string)amphora["status"]! == "ALLOCATED")
            && (await _world.Controller.AskAsync("lb", "show", LoadBalancer)).Single() is var shown && (string)shown["provisioning_status"]! == "ACTIVE";
    }

    /// <summary>Asks the controller until member-2 has a status in every pool.</summary>
    private Task UntilMemberAsync(string wanted, CancellationToken cancellationToken) => Until.TrueAsync($"member-2 is {wanted}", NoticeLimit, async () =>
    {
        bool isThere = true;
        foreach (string pool in DemoTree.Pools)
        {
            isThere &= (await _world.Controller.AskAsync("member", "list", pool, "--name", "member-2")) is [var member] && (string)member["operating_status"]! == wanted;
        }

        return isThere;
    }, cancellationToken);

    // Each amphora of a pair checks members by itself, and the controller hears of whoever is first: it may not be the one that has the VIP.
    private static Task UntilServingAsync(Traffic traffic, string member, CancellationToken cancellationToken) => Until.TrueAsync($"{member} gets requests", NoticeLimit, async () =>
    {
        bool isServing = true;
        foreach ((_, Uri url) in DemoTree.Listeners)
        {
            isServing &= (await traffic.SendAsync(url, 3, cancellationToken)).Any(answer => answer.Member == member);
        }

        return isServing;
    }, cancellationToken);

    // Between two requests that were answered: when they were sent.
    private static TimeSpan LongestGap(IReadOnlyList<Answer> answers)
    {
        List<TimeSpan> good = [.. answers.Where(answer => answer.Member is not null).Select(answer => answer.At).Order()];
        return good.Zip(good.Skip(1), (first, next) => next - first).DefaultIfEmpty(TimeSpan.MaxValue).Max();
    }
}
