// Whatever anybody with a certificate sends, the agent goes on, and nothing it manages changes.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Hostile;

/// <summary><c>AMPHORA_HOSTILE_REQUESTS</c> says how many requests are sent, <c>AMPHORA_HOSTILE_SEED</c> which.</summary>
public sealed class HostileRequestTests
{
    private const int Clients = 8;
    private const int MoreMemory = 40;
    private const int MoreDescriptors = 10;
    private const int MoreThreads = 10;

    // Framework: 431 and 505 are answered before any code of ours runs (docs/compatibility.md).
    private static readonly HashSet<int> Allowed = [100, 200, 202, 204, 400, 404, 405, 408, 409, 411, 412, 413, 414, 415, 422, 431, 501, 505];

    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<string> _wrong = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Requests => Scale.Of("AMPHORA_HOSTILE_REQUESTS", 2000);

    private static int Seed => Scale.Of("AMPHORA_HOSTILE_SEED", 1);

    [Fact]
    public async Task Malformed_requests_change_nothing_and_cost_nothing()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration { More = "[amphora_agent]\nport_wait = 0\n" }, Cancel);
        TestDocument document = amphora.NewDocument();
        document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        await amphora.Api.PushAsync(document, Cancel);
        using X509Certificate2 certificate = amphora.Agent.Certificates.Client("hostile");
        await SendAllAsync(amphora, document, certificate, Requests / 10, Seed);
        await Until.TrueAsync(
            "duplicate address detection has ended",
            TimeSpan.FromSeconds(20),
            async () => !(await Command.OutputAsync(["ip", "-n", amphora.Topology.AmphoraNetworkNamespace, "address"], Cancel)).Contains("tentative", StringComparison.Ordinal),
            Cancel);
        string before = await StateAsync(amphora);
        ProcessVitals began = ProcessVitals.Of(amphora.Agent.Pid);

        long start = Stopwatch.GetTimestamp();
        await SendAllAsync(amphora, document, certificate, Requests, Seed + Clients);
        TimeSpan took = Stopwatch.GetElapsedTime(start);

        ProcessVitals ended = ProcessVitals.Of(amphora.Agent.Pid);
        Console.WriteLine($"    {Requests} requests in {took.TotalSeconds:0} s from seed {Seed}: {began} → {ended}");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value,8} {answer.Key}")));
        Assert.True(_wrong.IsEmpty, string.Join('\n', _wrong.Take(20)));
        Assert.Equal(before, await StateAsync(amphora));
        await Until.TrueAsync(
            $"as few descriptors and threads as before ({began})",
            TimeSpan.FromSeconds(20),
            () => ProcessVitals.Of(amphora.Agent.Pid) is { } now && now.Descriptors <= began.Descriptors + MoreDescriptors && now.Threads <= began.Threads + MoreThreads,
            Cancel);
        Assert.InRange(ended.Memory, 0, began.Memory + MoreMemory);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, authority: null);
        Assert.Equal("member-1", (await traffic.SendAsync(new Uri("http://www.example/"), 1, Cancel))[0].Member);
    }

    private async Task SendAllAsync(PluggedAmphora amphora, TestDocument document, X509Certificate2 certificate, int requests, int seed)
    {
        IPEndPoint agent = new(amphora.Agent.Configuration.Address, amphora.Agent.Configuration.Port);
        await Parallel.ForAsync(0, Clients, Cancel, async (number, cancellationToken) =>
        {
            HostileRequests sequence = new(seed + number, document.ToString(), document.Id);
            await using HostileClient client = new(amphora.Topology.Controller, agent, amphora.Agent.Certificates.Authority, certificate);
            for (int sent = 0; sent < requests / Clients; sent++)
            {
                HostileRequest request = sequence.Next();
                Judge(request, await client.SendAsync(request, cancellationToken), $"seed {seed + number}, request {sent}");
            }
        });
    }

    private void Judge(HostileRequest request, int? status, string where)
    {
        _answers.AddOrUpdate($"{request.Kind}: {(status is { } code ? $"{code}" : "no answer")}", 1, (_, count) => count + 1);
        bool isRight = request.Status is { } right ? status == right
            : status is null ? !request.IsWhole
            : Allowed.Contains(status.Value) || (status == 500 && request.MayBe500);
        if (!isRight)
        {
            _wrong.Enqueue($"{where}, {request.Kind}: {status}: {Encoding.Latin1.GetString(request.Bytes[..Math.Min(400, request.Bytes.Length)])}");
        }
    }

    // Every file with its content, among them the process ids; modes; addresses and routes. What counts or logs all the time is left out.
    private static async Task<string> StateAsync(PluggedAmphora amphora)
    {
        string root = Path.GetFullPath(Path.Combine(amphora.Agent.BasePath, "../../.."));
        string network = amphora.Topology.AmphoraNetworkNamespace;
        string[][] looks =
        [
            ["find", root, "-type", "f", "-not", "-name", "*.log", "-not", "-name", "stats_counters.json", "-not", "-name", "journal*.jsonl", "-exec", "sha256sum", "{}", "+"],
            ["find", root, "-printf", "%p %y %m %U\\n"],
            ["ip", "-n", network, "address"],
            ["ip", "-n", network, "route", "show", "table", "all"],
        ];
        List<string> lines = [];
        foreach (string[] look in looks)
        {
            lines.AddRange((await Command.OutputAsync(look, Cancel)).Split('\n').Order(StringComparer.Ordinal));
        }

        return string.Join('\n', lines);
    }
}
