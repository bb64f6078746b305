// The options of every command that works on load balancers: which controller it is.
using System.CommandLine;
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Cli.Amphorae;
using Amphora.Controller.Cli.Vms;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute.Qemu;
using Amphora.Controller.Hosting;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>Opens the controller a command line names, and closes it after the command.</summary>
internal sealed class ControllerCommandOptions
{
    private const string StateVariable = "AMPHORA_STATE_DIR";
    private const string DatabaseVariable = "AMPHORA_DATABASE";
    private const string AgentVariable = "AMPHORA_AGENT";
    private const string DefaultState = "/var/lib/amphora";

    private readonly Option<string> _state = CommandOptions.Path("--state-dir", "DIR", $"Where the controller keeps what it is (default: ${StateVariable}, else {DefaultState}).");
    private readonly Option<string> _database = CommandOptions.Path("--database", "CONNECTION", $"PostgreSQL, for more than one controller, as Host=…;Database=…;Username=… (default: ${DatabaseVariable}, else SQLite in the state directory).");
    private readonly Option<DriverKind> _drivers = CommandOptions.One<DriverKind>("--drivers", "netns|qemu|noop", "What builds amphorae: namespaces of this host (default), virtual machines of this host, or nothing.", "netns, qemu or noop is needed", Kind);
    private readonly Option<string> _image = CommandOptions.Path("--image", "DIR", "With --drivers qemu: folder of the amphora's image (build.sh image).");
    private readonly Option<VmAccelerator> _accelerator = VmWords.Accelerator();
    private readonly Option<bool> _apart = new("--anti-affinity") { Description = "Keep the amphorae of a pair on different hosts." };

    private readonly Option<int> _connections = CommandOptions.Number("--default-connection-limit", "N", "Connections of a listener without a limit of its own (default: 50000); each takes two open files.", 0, 1, 1_000_000);

    private readonly Option<int> _interval = CommandOptions.Number("--heartbeat-interval", "SECONDS", "How often new amphorae send heartbeats.", 10, 1, 3600);
    private readonly Option<IPEndPoint[]> _managers = CommandOptions.Many<IPEndPoint>("--health-manager", "ADDRESS:PORT", $"Where new amphorae send heartbeats, one after the other (default: port {ControllerOptions.DefaultHealthPort} of this host in the management network).", "ADDRESS:PORT is needed, an IPv6 address in brackets", CommandOptions.EndPoint);

    /// <summary>For nouns that do housekeeping: its options too.</summary>
    public HousekeepingCommandOptions? Housekeeping { get; init; }

    /// <summary>Adds them to a noun.</summary>
    public void AddTo(Command noun)
    {
        Housekeeping?.AddTo(noun);
        foreach (var option in (Option[])[_state, _database, _drivers, _image, _accelerator, _apart, _connections, _interval, _managers])
        {
            option.Recursive = true;
            noun.Options.Add(option);
        }
    }

    /// <summary>Runs a command on the controller.</summary>
    /// <returns>Its exit code, or that of what kept it from running.</returns>
    public async Task<int> RunAsync(ParseResult parsed, Terminal terminal, Func<RunningController, Task<ExitCode>> command, CancellationToken cancellationToken)
    {
        try
        {
            await using var controller = await HostingSlice.OpenAsync(Read(parsed), cancellationToken);
            return (int)await command(controller);
        }
        catch (Exception exception) when (exception is ControllerException or DatabaseRefusedException or ArgumentException)
        {
            return Fail(terminal, exception, ExitCode.Usage);
        }
        catch (DatabaseUnavailableException exception)
        {
            return Fail(terminal, exception, ExitCode.NoAgent);
        }
        catch (DriverException exception)
        {
            return Fail(terminal, exception, ExitCode.Refused);
        }
    }

    /// <summary>Which controller a command line names.</summary>
    public ControllerOptions Read(ParseResult parsed) => new()
    {
        StateDirectory = parsed.GetValue(_state) ?? Variable(StateVariable) ?? DefaultState,
        Database = parsed.GetValue(_database) ?? Variable(DatabaseVariable),
        Drivers = parsed.GetValue(_drivers),
        AgentCommand = Variable(AgentVariable) is { } agent ? [agent] : [],
        Machines = parsed.GetValue(_image) is { } image ? new QemuComputeOptions { Image = Path.GetFullPath(image), Accelerator = parsed.GetValue(_accelerator) } : null,
        HeartbeatInterval = parsed.GetValue(_interval),
        HealthManagers = (parsed.GetValue(_managers) ?? []).ToValueList(),
        EnableAntiAffinity = parsed.GetValue(_apart),
        Housekeeping = Housekeeping?.Read(parsed) ?? new HousekeepingSettings(),
        DefaultConnectionLimit = parsed.GetValue(_connections) is > 0 and var limit ? limit : null,
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int Fail(Terminal terminal, Exception exception, ExitCode code)
    {
        terminal.Error.WriteLine($"error: {exception.Message}");
        return (int)code;
    }

    private static bool Kind(string word, out DriverKind kind)
    {
        kind = word switch { "noop" => DriverKind.Noop, "qemu" => DriverKind.Qemu, _ => DriverKind.Netns };
        return word is "netns" or "qemu" or "noop";
    }
}
