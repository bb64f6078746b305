// Starts qemu for a machine's folder and lets it run.
using System.Text.Json;
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>From a folder with disk and config drive to a running guest.</summary>
internal sealed class VmLauncher(TimeProvider clock)
{
    private const string Step = "start the machine";
    private const int LinesShown = 15;

    // Where Debian's and Fedora's packages put OVMF.
    private static readonly string[] s_firmware = ["/usr/share/ovmf/OVMF.fd", "/usr/share/qemu/OVMF.fd", "/usr/share/edk2/ovmf/OVMF_CODE.fd"];

    /// <summary>Says what is missing for it: files, memory of the host apart.</summary>
    public static Failure? Check(VmSpecification specification)
    {
        string[] files = specification.Firmware == VmFirmware.Direct ? ["disk.qcow2", "vmlinuz", "initrd.img"] : ["disk.qcow2"];
        return files.Select(file => Path.Combine(specification.Image, file)).FirstOrDefault(path => !File.Exists(path)) is { } missing
            ? new Failure(Step, $"cannot use image {specification.Image}: there is no {missing}")
            : specification.Firmware == VmFirmware.Uefi && FindFirmware() is null
                ? new Failure(Step, $"cannot start by UEFI: none of {string.Join(", ", s_firmware)} is there (package ovmf)")
                : HostNetwork.Check(specification.NetworkNamespace, specification.Port, specification.Nics);
    }

    /// <summary>Makes the disk that keeps what the guest writes, over the image's.</summary>
    public static async Task<Failure?> MakeDiskAsync(VmFolder folder, VmSpecification specification, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Tool.RunAsync(
                ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", Path.Combine(specification.Image, "disk.qcow2"), folder.Disk],
                new ToolOptions { TimeLimit = QemuTimeouts.Command },
                cancellationToken);
            return result.Succeeded ? null : new Failure(Step, $"cannot make the disk of {folder.Name}: {result.Output.Trim()}") { Tool = "qemu-img", ExitCode = result.ExitCode };
        }
        catch (LinuxException exception)
        {
            return exception.IsMissing ? NotInstalled("qemu-img", "qemu-utils") : new Failure(Step, $"cannot make the disk of {folder.Name}: {exception.Message}");
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="folder">The machine, locked.</param>
    /// <param name="specification">What it is; written down with the process.</param>
    /// <param name="memory">A saved machine's memory; null: it boots.</param>
    /// <param name="cancellationToken">Ends it, and the machine.</param>
    public async Task<Failure?> LaunchAsync(VmFolder folder, VmSpecification specification, string? memory, CancellationToken cancellationToken)
    {
        folder.WriteRecord(new VmRecord { Specification = specification });
        var logged = folder.Log.Position;
        WatchedProcess process;
        try
        {
            process = WatchedProcess.Start(
                new ProcessStart
                {
                    Command = QemuArguments.Build(specification, folder, FindFirmware(), memory is not null),
                    Environment = new Dictionary<string, string?> { [VmFolder.Variable] = folder.Path },
                    NetworkNamespace = specification.NetworkNamespace,
                },
                folder.Log.FilePath);
        }
        catch (LinuxException exception)
        {
            return exception.IsMissing ? NotInstalled(QemuArguments.Program, "qemu-system-x86") : new Failure(Step, $"cannot start {folder.Name}: {exception.Message}");
        }

        using (process)
        {
            try
            {
                folder.WriteRecord(new VmRecord { Specification = specification, Process = new VmProcess(process.Id, process.StartTime, ProcessStatus.BootId, clock.GetUtcNow()) });
                await RunAsync(folder, specification, process, memory, cancellationToken);
                return null;
            }
            catch (Exception exception) when (exception is IOException or QmpException or TimeoutException or LinuxException or OperationCanceledException)
            {
                process.KillGroup();
                await process.Exited.WaitAsync(QemuTimeouts.End, clock, CancellationToken.None);
                cancellationToken.ThrowIfCancellationRequested();
                return Died(folder, exception.Message, logged);
            }
        }
    }

    /// <summary>Why a machine is not there: qemu's own words, and the last ones of the guest's console.</summary>
    public static Failure Died(VmFolder folder, string reason, long logged)
    {
        var (words, console) = (folder.Log.Tail(LinesShown, logged).Trim(), folder.Serial.Tail(LinesShown).Trim());
        return new Failure(Step, $"cannot run {folder.Name}: {reason}") { Tool = QemuArguments.Program, Output = string.Join('\n', ((string[])[words, console]).Where(text => text.Length > 0)) };
    }

    private static async Task RunAsync(VmFolder folder, VmSpecification specification, WatchedProcess process, string? memory, CancellationToken cancellationToken)
    {
        using var qmp = await QmpConnection.OpenAsync(folder.Socket, QemuTimeouts.Start, () => !process.Exited.IsCompleted, cancellationToken);
        foreach (var nic in specification.Nics)
        {
            HostNetwork.Plug(specification.NetworkNamespace, nic);
        }

        if (memory is not null)
        {
            await qmp.ExecuteAsync("migrate-incoming", writer => writer.WriteString("uri", $"exec:{ShellScript.Command(["cat", memory])}"), cancellationToken);
            await WhileAsync(qmp, "inmigrate", cancellationToken);
        }

        await qmp.ExecuteAsync("cont", null, cancellationToken);
    }

    private static async Task WhileAsync(QmpConnection qmp, string status, CancellationToken cancellationToken)
    {
        var limit = DateTime.UtcNow + QemuTimeouts.Memory;
        while ((await qmp.ExecuteAsync("query-status", null, cancellationToken)).GetProperty("status").GetString() == status)
        {
            if (DateTime.UtcNow > limit)
            {
                throw new TimeoutException($"it was not restored within {QemuTimeouts.Memory.TotalSeconds} s");
            }

            await Task.Delay(QemuTimeouts.Pause, cancellationToken);
        }
    }

    private static string? FindFirmware() => Array.Find(s_firmware, File.Exists);

    private static Failure NotInstalled(string program, string package) => new(Step, $"cannot run machines: {program} is not installed (package {package})") { Tool = program };
}
