// amphora-controller doctor [LOADBALANCER]: what is wrong, and what to do about it.
using System.CommandLine;
using System.Text.Json.Nodes;
using Amphora.Controller.Cli.Following;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Doctor;
using Amphora.Controller.Drivers;
using Amphora.Controller.Hosting;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>The command <c>doctor</c>.</summary>
internal sealed class DoctorCommand
{
    /// <summary>The noun.</summary>
    public const string Noun = "doctor";

    private readonly Terminal _terminal;
    private readonly Option<OutputFormat> _output = CommandOptions.Output();
    private readonly ControllerCommandOptions _controller = new();
    private readonly Argument<string?> _name = new("LOADBALANCER") { Description = "Only this one: its name or id (default: everything).", Arity = ArgumentArity.ZeroOrOne };
    private Severity _worst;

    private DoctorCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>The command with its options, or without when another one was asked for.</summary>
    public static Command Create(Terminal terminal, bool isWanted)
    {
        var command = new Command(Noun, "Look at certificates, clocks, amphorae, heartbeats, VIPs and configurations, and say what to do. Exit code 0: all is well, 5: something to look at, 3: something does not work.");
        if (isWanted)
        {
            var doctor = new DoctorCommand(terminal);
            doctor._controller.AddTo(command);
            command.Options.Add(doctor._output);
            command.Arguments.Add(doctor._name);
            command.SetAction(doctor.RunAsync);
        }

        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _controller.Read(parsed);
        foreach (var finding in DoctorSlice.Files(options.StateDirectory, TimeProvider.System))
        {
            Print(parsed, finding);
        }

        // Opening makes what is missing; a doctor makes nothing.
        if (!Directory.Exists(options.StateDirectory))
        {
            return (int)ExitCode.Refused;
        }

        try
        {
            await using var controller = await HostingSlice.OpenAsync(options, cancellationToken);
            return (int)await ExamineAsync(parsed, controller, cancellationToken);
        }
        catch (Exception exception) when (exception is ControllerException or DatabaseRefusedException or DatabaseUnavailableException or DriverException or ArgumentException)
        {
            Print(parsed, Finding.Fail("controller", exception.Message, exception is DatabaseUnavailableException ? "bring the database back" : "repair what the message names"));
            return (int)Code();
        }
    }

    private async Task<ExitCode> ExamineAsync(ParseResult parsed, RunningController controller, CancellationToken cancellationToken)
    {
        Guid? only = null;
        if (parsed.GetValue(_name) is { } name)
        {
            var found = await new FoundObjects(controller).LoadBalancerAsync(name, cancellationToken);
            if (found.Refusal is { } missing)
            {
                return Refusals.Print(_terminal, missing);
            }

            only = found.Value.Id;
        }

        await foreach (var finding in DoctorSlice.ExamineAsync(controller.Services, only, cancellationToken))
        {
            Print(parsed, finding);
        }

        return Code();
    }

    private ExitCode Code() => _worst switch { Severity.Fail => ExitCode.Refused, Severity.Warn => ExitCode.Warned, _ => ExitCode.Done };

    // As it is found: agents that do not answer take their time.
    private void Print(ParseResult parsed, Finding finding)
    {
        _worst = finding.Severity > _worst ? finding.Severity : _worst;
        var severity = finding.Severity.ToString().ToLowerInvariant();
        var line = parsed.GetValue(_output) == OutputFormat.Json
            ? new JsonObject { ["severity"] = severity, ["subject"] = finding.Subject, ["message"] = finding.Message, ["advice"] = finding.Advice }.ToJsonString()
            : $"{severity,-4}  {finding.Subject}: {finding.Message}{(finding.Advice is { } advice ? $" -- {advice}" : "")}";
        // Text of an agent must not start lines, nor move the cursor of a terminal.
        _terminal.Out.WriteLine(string.Concat(line.Select(static letter => char.IsControl(letter) ? ' ' : letter)));
    }
}
