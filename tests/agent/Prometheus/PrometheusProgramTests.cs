// amphora-agent prometheus beside a real HAProxy, in a namespace of its own.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Namespaces;
using Xunit;

namespace Amphora.Agent.Tests.Prometheus;

public sealed class PrometheusProgramTests : IAsyncLifetime
{
    private const string Listener = "8c84a306-1a87-55b3-bd57-1c9d90c785f2";
    private const string Pool = "5b77b111-746b-52d7-ab56-343a8a77a140";

    private static readonly IPEndPoint s_proxy = new(IPAddress.Loopback, 9102);

    private readonly TestNamespace _namespace = new("prom", create: false);
    private readonly TestFolder _folder = new();
    private RunningProgram _program = null!;

    public ValueTask InitializeAsync()
    {
        _program = RunningProgram.Start(
            [.. Checkout.AgentCommand, "prometheus", "--network-namespace", _namespace.Name], _folder["prometheus.log"], null, null);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _namespace.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task HAProxy_s_metrics_are_served_under_Octavia_s_names()
    {
        await NamespaceAppearsAsync();
        await using var haproxy = await HaproxyProcess.StartAsync(Config(members: 3), _namespace.Name, Cancellation);

        var answer = await AskAsync("GET /anything HTTP/1.1");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/plain; version=0.0.4\r\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nCache-Control: no-cache\r\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.OrdinalIgnoreCase);
        var lines = answer.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("octavia_loadbalancer_cpu ", StringComparison.Ordinal));
        Assert.Contains($"octavia_listener_status{{listener=\"{Listener}\",state=\"UP\"}} 1", lines);
        Assert.Contains($"octavia_pool_active_members{{pool=\"{Pool}:{Listener}\"}} 3", lines);
        Assert.Contains($"octavia_member_weight{{pool=\"{Pool}:{Listener}\",member=\"member-2\"}} 7", lines);
        Assert.DoesNotContain("haproxy_", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("prometheus-exporter", answer, StringComparison.Ordinal);
        // Every metric that has samples says what it is.
        var described = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToHashSet();
        Assert.All(lines.Where(line => line.StartsWith("octavia_", StringComparison.Ordinal)), line => Assert.Contains(line.Split('{', ' ')[0], described));
        Assert.True(described.Count > 100, $"{described.Count} metrics");
    }

    [Fact]
    public async Task Five_hundred_members_are_streamed_whole()
    {
        await NamespaceAppearsAsync();
        await using var haproxy = await HaproxyProcess.StartAsync(Config(members: 500), _namespace.Name, Cancellation);

        var answer = await AskAsync("GET /metrics HTTP/1.1");

        Assert.Equal(500, answer.Split("octavia_member_weight{").Length - 1);
        Assert.EndsWith("\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_HAProxy_it_is_a_bad_gateway()
    {
        await NamespaceAppearsAsync();

        Assert.StartsWith("HTTP/1.1 502 ", await AskAsync("GET /metrics HTTP/1.1"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405 ", await AskAsync("POST /metrics HTTP/1.1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1c\r\nhaproxy_process_listeners 2\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhaproxy_process\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhaproxy_process_listeners 2")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("")]
    public async Task An_answer_that_is_no_whole_one_is_a_bad_gateway(string answer)
    {
        await NamespaceAppearsAsync();
        using var exporter = ListenAsExporter();

        var asking = AskAsync("GET /metrics HTTP/1.1");
        using (var connection = await exporter.AcceptAsync(Cancellation))
        {
            await connection.ReceiveAsync(new byte[4096], Cancellation);
            await connection.SendAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
            connection.Shutdown(SocketShutdown.Send);
            Assert.StartsWith("HTTP/1.1 502 ", await asking, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhaproxy_process_listeners 2\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhapro\r\n17;x=y\r\nxy_process_listeners 2\n\r\n0\r\n\r\n")]
    public async Task Lines_may_be_cut_anywhere(string answer)
    {
        await NamespaceAppearsAsync();
        using var exporter = ListenAsExporter();

        var asking = AskAsync("GET /metrics HTTP/1.1");
        using var connection = await exporter.AcceptAsync(Cancellation);
        connection.NoDelay = true;
        await connection.ReceiveAsync(new byte[4096], Cancellation);
        foreach (var letter in Encoding.ASCII.GetBytes(answer))
        {
            await connection.SendAsync(new[] { letter }, Cancellation);
        }

        connection.Shutdown(SocketShutdown.Send);
        Assert.Contains("\noctavia_loadbalancer_listeners 2\n", await asking, StringComparison.Ordinal);
    }

    // In the place of HAProxy's exporter.
    private Socket ListenAsExporter() => NetworkNamespace.Run(_namespace.Name, () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 9101));
        socket.Listen();
        return socket;
    });

    // The program waits for the namespace; the namespace comes, its loopback a moment later.
    private async Task NamespaceAppearsAsync()
    {
        NetworkNamespace.Create(_namespace.Name);
        _namespace.Ip("link", "set", "lo", "up");
        await Until.TrueAsync("prometheus listens", TimeSpan.FromSeconds(20), async () =>
        {
            try
            {
                using var socket = await ConnectAsync();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, Cancellation);
    }

    private async Task<string> AskAsync(string request)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request + "\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"), Cancellation);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = NetworkNamespace.Run(_namespace.Name, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(s_proxy, Cancellation);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Config(int members) => $$"""
        global
            maxconn 100
            stats socket {socket} mode 0666 level user
        defaults
            mode http
            timeout client 5s
            timeout server 5s
            timeout connect 5s
        frontend prometheus-exporter-internal-endpoint
            bind 127.0.0.1:9101
            http-request use-service prometheus-exporter if { path /metrics }
            http-request reject
        frontend {{Listener}}
            bind 127.0.0.1:80
            default_backend {{Pool}}:{{Listener}}
        backend {{Pool}}:{{Listener}}
        {{string.Join('\n', Enumerable.Range(1, members).Select(number => $"    server member-{number} 127.0.0.1:8081 weight 7"))}}
        backend prometheus-exporter-internal
            server prometheus-internal 127.0.0.1:9102
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
