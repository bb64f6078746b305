// Memory and disk of a machine at one moment, to start copies of it in a second.
using Amphora.Contract;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Saves.</summary>
internal static class VmSnapshot
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Step = "save the machine";

    /// <summary>Saves a machine, which stands still meanwhile and runs on afterwards. The folder is there when all of it is.</summary>
    public static async Task<Failure?> SaveAsync(VmFolder folder, VmRecord record, VmFolder target, CancellationToken cancellationToken)
    {
        if (Path.Exists(target.Path))
        {
            return new Failure(Step, $"cannot save {folder.Name} to {target.Path}: it exists");
        }

        var staged = new VmFolder(target.Path + ".new");
        using var qmp = await VmCards.OpenAsync(folder, cancellationToken);
        if (Directory.Exists(staged.Path))
        {
            staged.Delete();
        }

        Directory.CreateDirectory(staged.Path, Owner);
        try
        {
            await qmp.ExecuteAsync("stop", null, cancellationToken);
            if (await WriteMemoryAsync(qmp, folder, staged, cancellationToken) is { } failure)
            {
                return failure;
            }

            CopyFiles(folder, record, staged);
            Directory.Move(staged.Path, target.Path);
            return null;
        }
        finally
        {
            await qmp.ExecuteAsync("cont", null, CancellationToken.None);
            if (Directory.Exists(staged.Path))
            {
                staged.Delete();
            }
        }
    }

    private static void CopyFiles(VmFolder folder, VmRecord record, VmFolder staged)
    {
        VmFolder.Copy(folder.Disk, staged.Disk);
        if (record.Specification.HasConfigDrive)
        {
            VmFolder.Copy(folder.ConfigDrive, staged.ConfigDrive);
        }

        staged.WriteRecord(record with { Process = null });
    }

    private static async Task<Failure?> WriteMemoryAsync(QmpConnection qmp, VmFolder folder, VmFolder staged, CancellationToken cancellationToken)
    {
        // Made here, so that its mode is not qemu's umask's to say.
        File.OpenHandle(staged.Memory, FileMode.CreateNew, FileAccess.Write).Dispose();
        File.SetUnixFileMode(staged.Memory, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // By default qemu writes as slowly as over a network.
        await qmp.ExecuteAsync("migrate-set-parameters", writer => writer.WriteNumber("max-bandwidth", long.MaxValue / 2), cancellationToken);
        await qmp.ExecuteAsync("migrate", writer => writer.WriteString("uri", $"exec:{ShellScript.Command(["dd", "bs=1M", "status=none", $"of={staged.Memory}"])}"), cancellationToken);
        var limit = DateTime.UtcNow + QemuTimeouts.Memory;
        while (true)
        {
            var status = await qmp.ExecuteAsync("query-migrate", null, cancellationToken);
            switch (status.TryGetProperty("status", out var word) ? word.GetString() : null)
            {
                case "completed":
                    return null;
                case "failed" or "cancelled":
                    return new Failure(Step, $"cannot save {folder.Name}: {(status.TryGetProperty("error-desc", out var reason) ? reason.GetString() : "qemu says no more than failed")}") { Tool = QemuArguments.Program };
                case var _ when DateTime.UtcNow > limit:
                    return new Failure(Step, $"cannot save {folder.Name} within {QemuTimeouts.Memory.TotalSeconds} s") { Kind = FailureKind.TimedOut };
            }

            await Task.Delay(QemuTimeouts.Pause, cancellationToken);
        }
    }
}
