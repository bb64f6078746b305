// One agent with its load balancer, pushed again and again.
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench;

/// <summary>What is measured of one kind of PUT.</summary>
internal sealed class PushSamples
{
    public Samples Put { get; } = new();

    public Samples Serving { get; } = new();

    public Samples Check { get; } = new();

    public Samples Service { get; } = new();

    public Samples OwnShare { get; } = new();
}

/// <summary>A topology, an agent in it with a plugged VIP, and members behind the first listener.</summary>
internal sealed class PushTarget : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ServingLimit = TimeSpan.FromSeconds(30);

    private readonly Topology _topology;
    private readonly AgentProcess _agent;
    private readonly HttpClient _controller;
    private readonly HttpClient _client;
    private readonly List<HttpMember> _members = [];
    private readonly BenchmarkDocument _document;

    private PushTarget(Topology topology, AgentProcess agent, string name, int listeners, int membersAPool)
    {
        (_topology, _agent) = (topology, agent);
        _controller = agent.CreateClient();
        _client = TrafficClient.Create(topology.Client);
        _document = new BenchmarkDocument(name, agent.Configuration.AmphoraId, topology.Vip, topology.MemberAddress(0), listeners, membersAPool);
        for (int index = 0; index < membersAPool; index++)
        {
            _members.Add(HttpMember.Start($"member-{index}", topology.Members[0], new IPEndPoint(IPAddress.Any, BenchmarkDocument.FirstMemberPort + index)));
        }
    }

    public string Name => _document.Name;

    public Samples CheckAlone { get; } = new();

    public PushSamples First { get; } = new();

    public PushSamples Changed { get; } = new();

    public Samples Unchanged { get; } = new();

    private Uri Path => new($"/2.0/load-balancers/{_document.Id}", UriKind.Relative);

    public static async Task<PushTarget> CreateAsync(string name, int listeners, int membersAPool, CancellationToken cancellationToken)
    {
        Topology topology = await Topology.CreateAsync(members: 1, withVipPort: true, cancellationToken);
        AgentProcess agent = await AgentProcess.StartAsync(topology, new AgentConfiguration(), cancellationToken);
        PushTarget target = new(topology, agent, name, listeners, membersAPool);
        await target.PlugAsync(cancellationToken);
        return target;
    }

    /// <summary>A first PUT, a changed one, the same once more, and a DELETE.</summary>
    public async Task RunRoundAsync(bool isKept, CancellationToken cancellationToken)
    {
        _document.Change();
        await MeasureAsync(First, isKept, cancellationToken);
        _document.Change();
        await MeasureAsync(Changed, isKept, cancellationToken);
        (TimeSpan unchanged, _) = await PutAsync(cancellationToken);
        if (isKept)
        {
            Unchanged.Add(unchanged);
        }

        using HttpResponseMessage deleted = await _controller.DeleteAsync(Path, cancellationToken);
        await EnsureAsync(deleted, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _controller.Dispose();
        await _agent.DisposeAsync();
        await _topology.DisposeAsync();
        foreach (HttpMember member in _members)
        {
            await member.DisposeAsync();
        }
    }

    private async Task PlugAsync(CancellationToken cancellationToken)
    {
        string port =
            $$"""
            {"type":"vip","vrrp_ip":"{{_topology.VrrpIp}}","vips":[{"ip_address":"{{_topology.Vip}}","subnet_cidr":"{{_topology.VipSubnet}}","gateway_ip":"{{_topology.Gateway}}"}]}
            """;
        using StringContent body = MtlsClient.Json(port);
        using HttpResponseMessage answer = await _controller.PutAsync(new Uri($"/2.0/ports/{_topology.VipPortMac}", UriKind.Relative), body, cancellationToken);
        await EnsureAsync(answer, cancellationToken);
    }

    private async Task MeasureAsync(PushSamples samples, bool isKept, CancellationToken cancellationToken)
    {
        Task<(TimeSpan, JsonNode)> put = PutAsync(cancellationToken);
        TimeSpan serving = await UntilServingAsync(put, cancellationToken);
        (TimeSpan took, JsonNode answer) = await put;
        TimeSpan alone = await CheckAloneAsync(cancellationToken);
        if (!isKept)
        {
            return;
        }

        double check = Sum(answer, "check");
        double service = Sum(answer, "start", "reload");
        samples.Put.Add(took);
        samples.Serving.Add(serving);
        samples.Check.Add(check);
        samples.Service.Add(service);
        samples.OwnShare.Add((took.TotalMilliseconds - check - service) / alone.TotalMilliseconds * 100);
        CheckAlone.Add(alone);
    }

    private async Task<(TimeSpan Took, JsonNode Answer)> PutAsync(CancellationToken cancellationToken)
    {
        using StringContent body = MtlsClient.Json(_document.ToString());
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await _controller.PutAsync(Path, body, cancellationToken);
        await EnsureAsync(answer, cancellationToken);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return (Stopwatch.GetElapsedTime(start), JsonNode.Parse(text)!);
    }

    /// <summary>Asks over the changed listener until a member answers, while the PUT is under way.</summary>
    private async Task<TimeSpan> UntilServingAsync(Task put, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Uri url = new($"http://{_topology.Vip}:{_document.Port}/");
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await _client.GetAsync(url, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return Stopwatch.GetElapsedTime(start);
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < ServingLimit && !put.IsFaulted)
            {
                // Not yet.
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<TimeSpan> CheckAloneAsync(CancellationToken cancellationToken)
    {
        CommandResult check = await HaproxyProcess.CheckAsync(null, [System.IO.Path.Combine(_agent.BasePath, _document.Id, "haproxy.cfg")], cancellationToken);
        return check.ExitCode == 0 ? check.Duration : throw new InvalidOperationException($"haproxy -c: exit code {check.ExitCode}\n{check.Errors}");
    }

    private static double Sum(JsonNode answer, params string[] actions) =>
        answer["actions"]!.AsArray().Where(action => actions.Contains((string)action!["action"]!)).Sum(action => (double)action!["duration_ms"]!);

    private static async Task EnsureAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {(int)answer.StatusCode}\n{await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
