// Prints machines.
using System.Globalization;
using System.Text.Json;
using Amphora.Contract;
using Amphora.Controller.Drivers.Compute.Qemu;

namespace Amphora.Controller.Cli.Vms;

/// <summary>Results to standard output, errors to standard error.</summary>
internal static class VmPrinter
{
    /// <summary>An error, with the words of qemu and of the guest's console.</summary>
    public static int Fail(Terminal terminal, Failure failure)
    {
        terminal.Error.WriteLine($"error: {failure.Message}");
        foreach (var line in (failure.Output ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            terminal.Error.WriteLine($"  {string.Concat(line.Where(letter => !char.IsControl(letter)))}");
        }

        return (int)(failure.Kind == FailureKind.TimedOut ? ExitCode.NoAgent : ExitCode.Usage);
    }

    /// <summary>Machines, a row each.</summary>
    public static int Print(Terminal terminal, OutputFormat format, IReadOnlyList<VmStatus> machines)
    {
        if (format == OutputFormat.Json)
        {
            foreach (var machine in machines)
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(machine, CliJson.Default.VmStatus));
            }

            return (int)ExitCode.Done;
        }

        var table = new Table("NAME", "STATE", "PID", "AGENT", "NAMESPACE", "UPTIME", "NICS");
        foreach (var machine in machines)
        {
            table.Add(
                machine.Name, machine.State, Table.OrDash(machine.Pid), Table.OrDash(machine.Agent), Table.OrDash(machine.NetworkNamespace),
                machine.Uptime is { } seconds ? TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture) : "-", Table.List(machine.Nics));
        }

        table.WriteTo(terminal.Out);
        return (int)ExitCode.Done;
    }
}
