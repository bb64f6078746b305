// HAProxy on what Octavia's own templates render, reloaded for every change as Octavia's agent does it.
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Octavia;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench.Hitless;

/// <summary>Saves the servers' state, writes the text, sends the signal, and waits for the new worker.</summary>
internal sealed class PlainBalancer : IBalancer
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private RunningProgram? _haproxy;

    private PlainBalancer(PluggedAmphora amphora) => (Amphora, Document) = (amphora, new ChangingDocument(amphora));

    public string Name => "plain reloads";

    public PluggedAmphora Amphora { get; }

    public ChangingDocument Document { get; }

    private string ConfigFile => _folder["haproxy.cfg"];

    private string SocketFile => Path.Combine(_folder.Path, $"{Document.Text.Id}.sock");

    public static async Task<PlainBalancer> StartAsync(int members, CancellationToken cancellationToken)
    {
        PlainBalancer balancer = new(await PluggedAmphora.CreateAsync(members, new AgentConfiguration(), cancellationToken));
        // HAProxy's worker is nobody; its socket stands here.
        File.SetUnixFileMode(balancer._folder.Path, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(Path.Combine(balancer._folder.Path, balancer.Document.Text.Id));
        await balancer.WriteAsync(cancellationToken);
        balancer._haproxy = RunningProgram.Start(
            ["/usr/sbin/haproxy", "-Ws", "-f", balancer.ConfigFile], balancer._folder["log"], balancer.Amphora.Topology.AmphoraNetworkNamespace, environment: null);
        await Until.TrueAsync("HAProxy answers", s_limit, async () => await WorkerAsync(balancer.SocketFile, cancellationToken) is not null, cancellationToken);
        return balancer;
    }

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        string? before = await WorkerAsync(SocketFile, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, Document.Text.Id, "servers-state"), await AskAsync(SocketFile, "show servers state", cancellationToken), cancellationToken);
        await WriteAsync(cancellationToken);
        await _haproxy!.SignalAsync("USR2", cancellationToken);
        await Until.TrueAsync(
            "the new worker answers", s_limit, async () => await WorkerAsync(SocketFile, cancellationToken) is { } now && now != before, cancellationToken);
    }

    public Task<int> MasterAsync(CancellationToken cancellationToken) => Task.FromResult(_haproxy!.Pid);

    public async ValueTask DisposeAsync()
    {
        if (_haproxy is { HasExited: false })
        {
            // The master takes its workers along on SIGTERM; killed, it would leave them.
            await _haproxy.StopAsync(CancellationToken.None);
            await _haproxy.DisposeAsync();
        }

        await Amphora.DisposeAsync();
        _folder.Dispose();
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        JsonNode document = JsonNode.Parse(Document.Text.ToString())!;
        IReadOnlyList<string> rendered = await StockRenderer.RenderAsync([document], cancellationToken);
        await File.WriteAllTextAsync(ConfigFile, rendered[0].Replace("/var/lib/octavia/", _folder.Path + "/", StringComparison.Ordinal), cancellationToken);
    }

    private static async Task<string?> WorkerAsync(string socket, CancellationToken cancellationToken)
    {
        try
        {
            return (await AskAsync(socket, "show info", cancellationToken)).Split('\n').FirstOrDefault(static line => line.StartsWith("Pid: ", StringComparison.Ordinal));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static async Task<string> AskAsync(string socket, string command, CancellationToken cancellationToken)
    {
        using Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
        await connection.SendAsync(Encoding.ASCII.GetBytes(command + "\n"), cancellationToken);
        using StreamReader reader = new(new NetworkStream(connection));
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
