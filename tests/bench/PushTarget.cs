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

/// <summary>An amphora of its own, and members on many ports behind the first listener.</summary>
internal sealed class PushTarget : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ServingLimit = TimeSpan.FromSeconds(30);

    private readonly PluggedAmphora _amphora;
    private readonly HttpClient _client;
    private readonly List<HttpMember> _members = [];
    private readonly BenchmarkDocument _document;

    private PushTarget(PluggedAmphora amphora, LoadBalancerSize size)
    {
        Topology topology = amphora.Topology;
        _amphora = amphora;
        _client = TrafficClient.Create(topology.Client);
        _document = new BenchmarkDocument(size, amphora.Agent.Configuration.AmphoraId, topology.Vip, topology.MemberAddress(0));
        for (int index = 0; index < size.MembersAPool; index++)
        {
            _members.Add(HttpMember.Start($"member-{index}", topology.Members[0], new IPEndPoint(IPAddress.Any, BenchmarkDocument.FirstMemberPort + index)));
        }
    }

    public string Name => _document.Size.Name;

    public Samples CheckAlone { get; } = new();

    public PushSamples First { get; } = new();

    public PushSamples Changed { get; } = new();

    public Samples Unchanged { get; } = new();

    public Samples Memory { get; } = new();

    public static async Task<PushTarget> CreateAsync(LoadBalancerSize size, CancellationToken cancellationToken) =>
        new(await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), cancellationToken), size);

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

        await _amphora.Api.DeleteAsync(_document.Id, cancellationToken);
    }

    public void MeasureMemory() => Memory.Add(Machine.ResidentMemory(_amphora.Agent.Pid));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _amphora.DisposeAsync();
        foreach (HttpMember member in _members)
        {
            await member.DisposeAsync();
        }
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
        long start = Stopwatch.GetTimestamp();
        JsonNode answer = await _amphora.Api.PushAsync(_document.Text, cancellationToken);
        return (Stopwatch.GetElapsedTime(start), answer);
    }

    /// <summary>Asks over the changed listener until a member answers, while the PUT is under way.</summary>
    private async Task<TimeSpan> UntilServingAsync(Task put, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Uri url = new($"http://{_amphora.Topology.Vip}:{_document.Port}/");
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
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < ServingLimit)
            {
                // Not yet, or never: then the PUT says why.
                if (put.IsFaulted)
                {
                    await put;
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<TimeSpan> CheckAloneAsync(CancellationToken cancellationToken)
    {
        CommandResult check = await HaproxyProcess.CheckAsync(null, [Path.Combine(_amphora.Agent.BasePath, _document.Id, "haproxy.cfg")], cancellationToken);
        return check.ExitCode == 0 ? check.Duration : throw new InvalidOperationException($"haproxy -c: exit code {check.ExitCode}\n{check.Errors}");
    }

    private static double Sum(JsonNode answer, params string[] actions) =>
        answer["actions"]!.AsArray().Where(action => actions.Contains((string)action!["action"]!)).Sum(action => (double)action!["duration_ms"]!);
}
