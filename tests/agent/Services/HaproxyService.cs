// A real HAProxy as a service under test: configuration, ports, requests.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Services;
using Amphora.Linux.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amphora.Agent.Tests.Services;

/// <summary>HAProxy in a folder of its own, run by child process managers that come and go.</summary>
internal sealed class HaproxyService : IAsyncDisposable
{
    internal const string Name = "haproxy-test.service";
    private const string Haproxy = "/usr/sbin/haproxy";

    private readonly string _directory = Directory.CreateTempSubdirectory("svc-").FullName;
    private readonly List<ChildProcessServiceManager> _managers = [];

    internal HaproxyService()
    {
        Port = FreePort();
        Configure("one");
    }

    internal int Port { get; }

    internal string StateDirectory => Path.Combine(_directory, "state");

    internal string PidFile => Path.Combine(_directory, "haproxy.pid");

    internal string Config => Path.Combine(_directory, "haproxy.cfg");

    internal RestartBackOff BackOff { get; init; } = new();

    internal ServiceTimeouts Timeouts { get; init; } = new();

    internal ServiceUnit Unit => new()
    {
        Name = Name,
        Template = "haproxy",
        Command = [Haproxy, "-Ws", "-f", Config, "-p", PidFile, "-L", "peer"],
        CheckCommand = [Haproxy, "-c", "-f", Config, "-L", "peer"],
        ReloadSignal = 12,
        PidFile = PidFile,
        Notify = true,
        ReloadFailure = "Loading failure!",
        OpenFiles = 4096,
        WritablePaths = [_directory],
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var manager in _managers)
        {
            await manager.DisposeAsync();
        }

        await using (var last = NewManager())
        {
            await last.AdoptAsync(CancellationToken.None);
            await last.StopAllAsync(CancellationToken.None);
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>HAProxy answers every request with this text; a further port may be bound.</summary>
    internal void Configure(string answer, int? furtherPort = null) => File.WriteAllText(Config, $"""
        defaults
            mode http
            timeout connect 5s
            timeout client 30s
            timeout server 30s
        frontend f
            bind 127.0.0.1:{Port}
            {(furtherPort is null ? "" : $"bind 127.0.0.1:{furtherPort}")}
            http-request return status 200 content-type text/plain string {answer}

        """);

    /// <summary>A manager as an agent makes it at its start.</summary>
    internal ChildProcessServiceManager NewManager()
    {
        var options = new ServicesOptions { StateDirectory = StateDirectory, BackOff = BackOff, Timeouts = Timeouts };
        var manager = new ChildProcessServiceManager(options, new ChildServiceLog(NullLogger<ChildServiceLog>.Instance), TimeProvider.System);
        _managers.Add(manager);
        return manager;
    }

    /// <summary>A manager with the service installed and running.</summary>
    internal async Task<ChildProcessServiceManager> StartedAsync(CancellationToken cancellationToken)
    {
        var manager = NewManager();
        AssertDone(await manager.InstallAsync(Unit, cancellationToken));
        AssertDone(await manager.StartAsync(Name, cancellationToken));
        return manager;
    }

    /// <summary>One request on a connection of its own.</summary>
    internal async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), cancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(cancellationToken);
        return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    /// <summary>True when a request is answered.</summary>
    internal async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(cancellationToken) is not "";
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    internal static async Task<ServiceState> StateAsync(ChildProcessServiceManager manager, CancellationToken cancellationToken) =>
        (await manager.ReadAsync(Name, cancellationToken)).Value;

    internal static async Task<int> PidAsync(ChildProcessServiceManager manager, CancellationToken cancellationToken) =>
        (await StateAsync(manager, cancellationToken)).MainPid ?? throw new InvalidOperationException("it does not run");

    /// <summary>Processes that this service has.</summary>
    internal IReadOnlyList<int> Processes() =>
        [.. ProcessStatus.All().Where(pid => ProcessStatus.Runs(pid)
            && ProcessStatus.Variable(pid, "AMPHORA_SERVICE")?.StartsWith(StateDirectory, StringComparison.Ordinal) == true)];

    /// <summary>The worker: the process of this service that is not its master.</summary>
    internal int Worker(int master) => Processes().Single(pid => pid != master);

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static void AssertDone(Amphora.Contract.Failure? failure) => Xunit.Assert.True(failure is null, $"{failure?.Message}\n{failure?.Output}");
}
