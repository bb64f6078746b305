// The command line: parse, call, print; nothing below this slice prints.
using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using System.Runtime.InteropServices;
using Amphora.Controller.Cli.Amphorae;
using Amphora.Controller.Cli.ConfigDrives;
using Amphora.Controller.Cli.LoadBalancers;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Cli.Tls;
using Amphora.Controller.Cli.Vms;

namespace Amphora.Controller.Cli;

/// <summary>Front door: the process from its arguments to its exit code.</summary>
internal static class CliSlice
{
    private const string ExitCodes = """
        Exit codes: 0 done, 1 internal error (a bug), 2 wrong usage or an unusable file, 3 refused by an agent or faults in the document,
        4 an agent cannot be reached or verified, 5 the doctor warns, 130 interrupted, 143 terminated. With several agents: the worst of theirs.
        """;

    /// <summary>Runs a command.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        // Before anything else is built: this answer is asked for by scripts and packages.
        if (args is ["--version"])
        {
            return End(terminal.Out, Version(), ExitCode.Done);
        }

        using var interruption = new Interruption();
        try
        {
            return await InvokeAsync(args, terminal, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Code is { } code)
        {
            return End(terminal.Error, code == ExitCode.Interrupted ? "interrupted" : "terminated", code);
        }
#pragma warning disable CA1031 // The edge: whatever comes up to here is a bug, and has to end as exit code 1.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return End(terminal.Error, $"internal error: {exception}", ExitCode.Bug);
        }
    }

    private static async Task<int> InvokeAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var parsed = RootFor(args, terminal).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction && !Completion.IsAsked(args))
        {
            var errors = parsed.Errors.Select(error => $"error: {error.Message}").Append($"'{PathTo(parsed.CommandResult.Command)} --help' says more.");
            return End(terminal.Error, string.Join(Environment.NewLine, errors), ExitCode.Usage);
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Out, Error = terminal.Error },
            cancellationToken);
    }

    private static int End(TextWriter writer, string text, ExitCode code)
    {
        writer.WriteLine(text);
        return (int)code;
    }

    // Only the noun that is asked for gets its commands.
    private static RootCommand RootFor(string[] args, Terminal terminal)
    {
        var noun = Completion.IsAsked(args) ? Completion.NounOf(args) : args.FirstOrDefault(word => !word.StartsWith('-'));
        var root = new RootCommand("Creates load balancers and the amphorae that serve them; drives amphora agents over mutual TLS, makes their certificates and config drives, receives heartbeats, runs amphorae in local VMs.\n\n" + ExitCodes)
        {
            CertsCommands.Create(terminal, isWanted: noun == CertsCommands.Noun),
            AgentCommands.Create(terminal, isWanted: noun == AgentCommands.Noun),
            HealthCommands.Create(terminal, isWanted: noun == HealthCommands.Noun),
            ConfigDriveCommands.Create(terminal, isWanted: noun == ConfigDriveCommands.Noun),
            VmCommands.Create(terminal, isWanted: noun == VmCommands.Noun),
            LoadBalancerCommands.Create(terminal, isWanted: noun == LoadBalancerCommands.Noun),
            AmphoraCommands.Create(terminal, isWanted: noun == AmphoraCommands.Noun),
            HousekeepingCommands.Create(terminal, isWanted: noun == HousekeepingCommands.Noun),
            FlowCommands.Create(terminal, isWanted: noun == FlowCommands.Noun),
            NetworkCommands.Create(terminal, isWanted: noun == NetworkCommands.Noun),
            TlsContainerCommands.Create(terminal, isWanted: noun == TlsContainerCommands.Noun),
            SubnetCommands.Create(terminal, isWanted: noun == SubnetCommands.Noun),
            DoctorCommand.Create(terminal, isWanted: noun == DoctorCommand.Noun),
            ApplyCommand.Create(terminal, isWanted: noun == ApplyCommand.Noun),
            Completion.Create(terminal),
            QuotaCommands.Create(terminal, isWanted: noun == QuotaCommands.Noun),
            ServeCommand.Create(terminal, isWanted: noun == ServeCommand.Noun),
        };
        foreach (var kind in ObjectNoun.All)
        {
            root.Subcommands.Add(ObjectCommands.Create(terminal, kind, isWanted: noun == kind.Type.Noun));
        }

        if (root.Options.OfType<VersionOption>().FirstOrDefault() is { } version)
        {
            root.Options.Remove(version);
        }

        root.Options.Add(new Option<bool>("--version") { Description = "Show the version." });
        return root;
    }

    private static string Version() =>
        "amphora-controller " + (typeof(CliSlice).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];

    private static string PathTo(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathTo(parent)} {command.Name}" : "amphora-controller";

    /// <summary>Turns the first SIGINT or SIGTERM into a cancellation; a second one ends the process as usual.</summary>
    private sealed class Interruption : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private readonly PosixSignalRegistration[] _registrations;

        public Interruption() => _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, ExitCode.Terminated)),
        ];

        public CancellationToken Token => _source.Token;

        public ExitCode? Code { get; private set; }

        public void Dispose()
        {
            foreach (var registration in _registrations)
            {
                registration.Dispose();
            }

            _source.Dispose();
        }

        private void Cancel(PosixSignalContext context, ExitCode code)
        {
            if (!_source.IsCancellationRequested)
            {
                context.Cancel = true;
                Code = code;
                _source.Cancel();
            }
        }
    }
}
