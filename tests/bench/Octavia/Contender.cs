// One of the two agents, in a booted amphora of its own.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;

namespace Amphora.Bench.Octavia;

/// <summary>Both are units of a systemd, both are spoken to from the controller's namespace over API 1.0, and both have the
/// machine's own packages and file cache.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<HttpMember> _members = [];

    private Contender(ShippedAgent agent, SystemdAmphora amphora)
    {
        (Agent, Amphora) = (agent, amphora);
        Configuration = File.ReadAllText(ConfigFile);
        for (int index = 0; index < LoadBalancerSize.Large.MembersAPool; index++)
        {
            _members.Add(HttpMember.Start($"member-{index}", amphora.Topology.Members[0], new IPEndPoint(IPAddress.Any, BenchmarkDocument.FirstMemberPort + index)));
        }
    }

    public ShippedAgent Agent { get; }

    public SystemdAmphora Amphora { get; }

    /// <summary>amphora-agent.conf as it was at first.</summary>
    public string Configuration { get; }

    private string ConfigFile => Path.Combine(Amphora.Container.Root, "etc/octavia/amphora-agent.conf");

    public static async Task<Contender> BootAsync(ShippedAgent agent, CancellationToken cancellationToken) =>
        new(agent, await SystemdAmphora.BootAsync(agent, members: 1, "SINGLE", cancellationToken));

    /// <summary>Connections are kept where the agent keeps them; with <paramref name="isKept"/> false each request has its own.</summary>
    public HttpClient CreateClient(bool isKept)
    {
        HttpClient client = Amphora.CreateClient();
        client.DefaultRequestHeaders.ConnectionClose = !isKept;
        return client;
    }

    /// <summary>Stops it and starts it.</summary>
    /// <returns>From the fork of its main process, by systemd's clock, to the last byte of <c>GET /</c> over mutual TLS.</returns>
    public async Task<TimeSpan> StartAgainAsync(CancellationToken cancellationToken)
    {
        await Amphora.Container.OutputAsync(["systemctl", "stop", SystemdAmphora.AgentUnit], cancellationToken);
        using HttpClient client = CreateClient(isKept: false);
        await Amphora.Container.OutputAsync(["systemctl", "start", "--no-block", SystemdAmphora.AgentUnit], cancellationToken);
        long asked = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await client.GetStringAsync(new Uri("/", UriKind.Relative), cancellationToken);
                break;
            }
            catch (HttpRequestException exception) when (exception.InnerException is SocketException && Stopwatch.GetElapsedTime(asked) < Limit)
            {
                // Nobody listens yet.
                await Task.Delay(Pause, cancellationToken);
            }
        }

        // Both clocks are CLOCK_MONOTONIC, in microseconds and in nanoseconds.
        long answered = Stopwatch.GetTimestamp();
        string forked = (await Amphora.Container.UnitAsync(SystemdAmphora.AgentUnit, cancellationToken))["ExecMainStartTimestampMonotonic"];
        return TimeSpan.FromMicroseconds((answered / 1000) - long.Parse(forked, CultureInfo.InvariantCulture));
    }

    /// <summary>Adds lines to its configuration as it was at first, and starts it again.</summary>
    public Task<TimeSpan> ConfigureAsync(string more, CancellationToken cancellationToken)
    {
        File.WriteAllText(ConfigFile, Configuration + more);
        return StartAgainAsync(cancellationToken);
    }

    /// <summary>Resident memory of all its processes in MiB.</summary>
    public double ResidentMemory() => Processes().Sum(Machine.ResidentMemory);

    /// <summary>The same, shared pages divided by who shares them.</summary>
    public double ProportionalMemory() => Processes().Sum(Machine.ProportionalMemory);

    /// <summary>Processor time of all its processes so far.</summary>
    public TimeSpan ProcessorTime() => TimeSpan.FromTicks(Processes().Sum(pid => Machine.ProcessorTime(pid).Ticks));

    /// <summary>Plugs its VIP.</summary>
    public async Task PlugAsync(CancellationToken cancellationToken)
    {
        string body = $$"""
            {"subnet_cidr": "{{Amphora.Topology.VipSubnet}}", "gateway": "{{Amphora.Topology.Gateway}}", "mac_address": "{{Amphora.Topology.VipPortMac}}",
             "vrrp_ip": "{{Amphora.Topology.VrrpIp}}", "mtu": 1500, "host_routes": [], "additional_vips": []}
            """;
        using HttpClient client = CreateClient(isKept: false);
        using HttpResponseMessage answer = await client.PostAsync(new Uri($"/1.0/plug/vip/{Amphora.Topology.Vip}", UriKind.Relative), MtlsClient.Json(body), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await Amphora.DisposeAsync();
        foreach (HttpMember member in _members)
        {
            await member.DisposeAsync();
        }
    }

    private IReadOnlyList<int> Processes() => Amphora.Container.Processes(SystemdAmphora.AgentUnit);
}
