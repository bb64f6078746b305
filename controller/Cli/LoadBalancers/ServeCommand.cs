// amphora-controller serve.
using System.CommandLine;
using System.Net;
using Amphora.Controller.Cli.Amphorae;
using Amphora.Controller.Health.Repair;
using Amphora.Controller.Hosting.Serving;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The command <c>serve</c>: works until it is told to end.</summary>
internal sealed class ServeCommand
{
    /// <summary>The command.</summary>
    public const string Noun = "serve";

    private readonly ControllerCommandOptions _controller = new() { Housekeeping = new HousekeepingCommandOptions() };

    private readonly Option<ServeRoles> _roles = CommandOptions.One<ServeRoles>("--roles", "worker,health,housekeeping", "What it does (default: all): runs flows; receives heartbeats and replaces amphorae that send none; keeps spares, certificates and rows in order.", "worker, health and housekeeping with commas between them are needed", Roles);
    private readonly Option<IPEndPoint> _bind = CommandOptions.One<IPEndPoint>("--bind-heartbeats", "ADDRESS:PORT", "Where heartbeats are received (default: where new amphorae send them first).", "ADDRESS:PORT is needed, an IPv6 address in brackets", CommandOptions.ListenEndPoint);
    private readonly Option<IPEndPoint> _metrics = CommandOptions.One<IPEndPoint>("--metrics", "ADDRESS:PORT", $"Where /metrics, /ready and /healthz are (default: 127.0.0.1:{ServeOptions.DefaultMetricsPort}).", "ADDRESS:PORT is needed, an IPv6 address in brackets", CommandOptions.ListenEndPoint);
    private readonly Option<int> _workers = CommandOptions.Number("--workers", "N", "Flows beside each other.", 10, 1, 1000);
    private readonly Option<int> _stop = CommandOptions.Number("--stop-limit", "SECONDS", "How long flows may go on after SIGTERM; then other controllers get them.", 30, 0, 3600);
    private readonly Option<int> _timeout = CommandOptions.Number("--heartbeat-timeout", "SECONDS", "An amphora without a heartbeat for so long is silent.", 60, 1, 86400);
    private readonly Option<int> _interval = CommandOptions.Number("--health-check-interval", "SECONDS", "From one look for silent amphorae to the next.", 3, 1, 3600);
    private readonly Option<int> _threads = CommandOptions.Number("--failover-threads", "N", "Amphorae that are replaced beside each other.", 10, 1, 1000);
    private readonly Option<int> _threshold = CommandOptions.Number("--failover-threshold", "N", "With so many silent, all of them are FAILOVER_STOPPED (default: 0, never).", 0, 0, int.MaxValue);
    private readonly Option<int> _share = CommandOptions.Number("--breaker-share", "PERCENT", "With this share silent at once, three at least, nobody is replaced until they are back; 0: never.", 25, 0, 100);
    private readonly Option<int> _hold = CommandOptions.Number("--breaker-hold", "SECONDS", "After that one of them is replaced as a trial; when it works, so are the others.", 600, 1, 86400);
    private readonly Option<int> _retry = CommandOptions.Number("--retry-after", "SECONDS", "Until an amphora in ERROR is tried again.", 300, 1, 86400);

    /// <summary>The command, or without its options when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var command = new Command(Noun, "Run flows, receive heartbeats, replace dead amphorae, keep house; until SIGINT or SIGTERM.");
        if (isWanted)
        {
            new ServeCommand().AddTo(command, terminal);
        }

        return command;
    }

    private static bool Roles(string words, out ServeRoles roles)
    {
        roles = ServeRoles.None;
        foreach (var word in words.Split(','))
        {
            var role = word switch { "worker" => ServeRoles.Worker, "health" => ServeRoles.Health, "housekeeping" => ServeRoles.Housekeeping, _ => ServeRoles.None };
            if (role == ServeRoles.None)
            {
                return false;
            }

            roles |= role;
        }

        return true;
    }

    private void AddTo(Command command, Terminal terminal)
    {
        _controller.AddTo(command);
        foreach (var option in (Option[])[_roles, _bind, _metrics, _workers, _stop, _timeout, _interval, _threads, _threshold, _share, _hold, _retry])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, token) => _controller.RunAsync(parsed, terminal, async controller =>
        {
            await Server.RunAsync(controller, Read(parsed), terminal.Error, token);
            return ExitCode.Done;
        }, token));
    }

    private ServeOptions Read(ParseResult parsed) => new()
    {
        Roles = parsed.GetValue(_roles) is ServeRoles.None ? ServeRoles.All : parsed.GetValue(_roles),
        Heartbeats = parsed.GetValue(_bind),
        Metrics = parsed.GetValue(_metrics) ?? new IPEndPoint(IPAddress.Loopback, ServeOptions.DefaultMetricsPort),
        Workers = parsed.GetValue(_workers),
        StopLimit = Seconds(parsed, _stop),
        Repair = new RepairOptions
        {
            HeartbeatTimeout = Seconds(parsed, _timeout),
            CheckInterval = Seconds(parsed, _interval),
            FailoverThreads = parsed.GetValue(_threads),
            FailoverThreshold = parsed.GetValue(_threshold) is > 0 and var threshold ? threshold : null,
            RetryAfter = Seconds(parsed, _retry),
            Breaker = new CircuitBreakerOptions { Share = parsed.GetValue(_share) / 100.0, Hold = Seconds(parsed, _hold) },
        },
    };

    private static TimeSpan Seconds(ParseResult parsed, Option<int> option) => TimeSpan.FromSeconds(parsed.GetValue(option));
}
