// amphora-controller vm: boot, start, kill, list, console, plug, unplug, reset, save, restore.
using System.CommandLine;
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Drivers.Compute.Qemu;

namespace Amphora.Controller.Cli.Vms;

/// <summary>The commands of the noun <c>vm</c>.</summary>
internal sealed class VmCommands
{
    /// <summary>The noun.</summary>
    public const string Noun = "vm";

    private const string StateVariable = "AMPHORA_STATE_DIR";
    private const string DefaultState = "/var/lib/amphora/vms";
    private const int MostSeconds = 3600;

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output;
    private readonly Argument<string> _name = CommandOptions.Word<string>("NAME", "The machine.", "1 to 40 lower-case letters, digits and dashes are needed, no dash first", VmWords.Name);
    private readonly Option<int> _wait = CommandOptions.Number("--wait", "SECONDS", "Wait until the agent answers; without: until qemu runs.", 0, 1, MostSeconds);
    private readonly Option<IPAddress> _agent = CommandOptions.One<IPAddress>("--agent-address", "ADDRESS", "Where --wait looks for the agent of a machine without --port.", "an IP address is needed", CommandOptions.Address);

    private VmCommands(Terminal terminal, Option<OutputFormat> output) => (_terminal, _output) = (terminal, output);

    private static QemuMachines Machines =>
        new(Environment.GetEnvironmentVariable(StateVariable) is { Length: > 0 } directory ? directory : DefaultState, TimeProvider.System);

    /// <summary>The noun with its commands, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var noun = new Command(Noun, $"Run amphorae as virtual machines of this host (qemu); their folders are in ${StateVariable} ({DefaultState}).");
        if (isWanted)
        {
            var output = CommandOptions.Output();
            noun.Options.Add(output);
            foreach (var command in new VmCommands(terminal, output).All())
            {
                noun.Subcommands.Add(command);
            }
        }

        return noun;
    }

    private IEnumerable<Command> All() =>
    [
        Boot(), Kill(), List(), Console(), Plug(), Unplug(), Save(), Restore(),
        One("start", "Start a machine that was ended with vm kill --keep.", (parsed, machines, token) => WaitedAsync(parsed, machines.StartAsync(NameOf(parsed), token), token), _wait, _agent),
        One("reset", "Reset a machine, as its reset button does.", (parsed, machines, token) => machines.ResetAsync(NameOf(parsed), token)),
    ];

    private Command Boot()
    {
        var options = new VmBootOptions();
        return One("boot", "Make a machine and start it; the agent's port is forwarded to it from 127.0.0.1, or its first --nic is the management network.", (parsed, machines, token) =>
        {
            var wanted = options.Read(parsed);
            return wanted.Ok
                ? WaitedAsync(parsed, machines.BootAsync(NameOf(parsed), wanted.Value.Specification, wanted.Value.Nics, wanted.Value.ConfigDrive, token), token)
                : Task.FromResult<Outcome<VmStatus>>(wanted.Failure!);
        }, [.. options.All, _wait, _agent]);
    }

    private Command Kill()
    {
        var keep = new Option<bool>("--keep") { Description = "Its disk stays, for vm start: a power cut." };
        var command = new Command("kill", "End a machine at once, and remove everything of it.") { _name, keep };
        command.SetAction(async (parsed, token) =>
        {
            var killed = await Machines.KillAsync(NameOf(parsed), parsed.GetValue(keep), token);
            return killed.Ok ? (int)ExitCode.Done : VmPrinter.Fail(_terminal, killed.Failure!);
        });
        return command;
    }

    private Command List()
    {
        var command = new Command("list", "The machines of this host.");
        command.SetAction(async (parsed, token) => VmPrinter.Print(_terminal, parsed.GetValue(_output), await Machines.ListAsync(token)));
        return command;
    }

    private Command Console()
    {
        var lines = CommandOptions.Number("--lines", "N", "How many (40).", 40, 1, 100_000);
        var command = new Command("console", "The last lines of a machine's console.") { _name, lines };
        command.SetAction(parsed =>
        {
            var text = Machines.Console(NameOf(parsed), parsed.GetValue(lines));
            if (!text.Ok)
            {
                return VmPrinter.Fail(_terminal, text.Failure!);
            }

            _terminal.Out.WriteLine(text.Value.TrimEnd());
            return (int)ExitCode.Done;
        });
        return command;
    }

    private Command Plug()
    {
        var nic = CommandOptions.Required(CommandOptions.One<WantedNic>("--nic", VmWords.NicForm, "The card.", VmWords.NicRule, VmWords.Nic));
        return One("plug", "Put a card in while the machine runs.", (parsed, machines, token) => machines.PlugAsync(NameOf(parsed), parsed.GetRequiredValue(nic), token), nic);
    }

    private Command Unplug()
    {
        var mac = CommandOptions.Required(CommandOptions.One<string>("--mac", "MAC", "The card.", "six pairs of hex digits are needed", CommandOptions.Mac));
        return One("unplug", "Take a card out while the machine runs.", (parsed, machines, token) => machines.UnplugAsync(NameOf(parsed), parsed.GetRequiredValue(mac), token), mac);
    }

    private Command Save()
    {
        var to = CommandOptions.Required(CommandOptions.Path("--to", "DIR", "Folder to be made."));
        return One("save", "Save a machine's memory and disk; it runs on.", (parsed, machines, token) => machines.SaveAsync(NameOf(parsed), parsed.GetRequiredValue(to), token), to);
    }

    private Command Restore()
    {
        var from = CommandOptions.Required(CommandOptions.Path("--from", "DIR", "Folder that vm save made."));
        var (space, port) = (VmWords.NetworkNamespace(), VmWords.Port());
        return One(
            "restore",
            "Start a copy of a saved machine at the moment it was saved.",
            (parsed, machines, token) => WaitedAsync(
                parsed, machines.RestoreAsync(NameOf(parsed), parsed.GetRequiredValue(from), parsed.GetValue(space), parsed.GetValue(port), token), token),
            from, space, port, _wait, _agent);
    }

    private Command One(string name, string description, Func<ParseResult, QemuMachines, CancellationToken, Task<Outcome<VmStatus>>> act, params IEnumerable<Option> options)
    {
        var command = new Command(name, description) { _name };
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, token) =>
        {
            var done = await act(parsed, Machines, token);
            return done.Ok ? VmPrinter.Print(_terminal, parsed.GetValue(_output), [done.Value]) : VmPrinter.Fail(_terminal, done.Failure!);
        });
        return command;
    }

    private async Task<Outcome<VmStatus>> WaitedAsync(ParseResult parsed, Task<Outcome<VmStatus>> starting, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(parsed.GetValue(_wait));
        var forwarded = parsed.GetValue(_agent) is { } address ? new IPEndPoint(address, QemuArguments.AgentPort) : null;
        var started = await starting;
        if (!started.Ok || limit == TimeSpan.Zero)
        {
            return started;
        }

        var machine = started.Value;
        if ((forwarded ?? (machine.Agent is { } agent ? IPEndPoint.Parse(agent) : null)) is not { } endPoint)
        {
            return new Failure("wait for the agent", $"cannot wait for the agent of {machine.Name}: the machine has no --port, so --agent-address is needed");
        }

        // Asked of the kernel: qemu's own socket is left to others meanwhile.
        bool IsAlive() => machine.Pid is { } pid && Linux.Processes.ProcessStatus.Runs(pid);
        return await AgentProbe.WaitAsync(machine.NetworkNamespace, endPoint, IsAlive, limit, cancellationToken)
            ? await Machines.StatusAsync(machine.Name, cancellationToken)
            : Machines.Died(machine.Name, IsAlive() ? $"its agent at {endPoint} did not answer within {limit.TotalSeconds} s; the machine runs on" : "qemu ended") with { Kind = FailureKind.TimedOut };
    }

    private string NameOf(ParseResult parsed) => parsed.GetRequiredValue(_name);
}
