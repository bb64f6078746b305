// The folder of a machine: its record, disk, control socket and logs.
using System.Text.Json;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>A machine's folder, for its owner only: the config drive in it holds a private key.</summary>
/// <param name="path">Where it is.</param>
internal sealed class VmFolder(string path)
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    // sun_path of sockaddr_un with its final NUL has 108 bytes.
    private const int LongestSocketPath = 107;

    // Marks qemu's environment: a qemu whose starter died before it wrote the record is found by it.
    internal const string Variable = "AMPHORA_VM";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The machine's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>What the guest wrote, over the image.</summary>
    public string Disk => this["disk.qcow2"];

    /// <summary>A copy of the config drive.</summary>
    public string ConfigDrive => this["config-drive"];

    /// <summary>The guest's memory, in the folder of a saved machine.</summary>
    public string Memory => this["memory"];

    /// <summary>qemu's control socket.</summary>
    public string Socket => this["qmp.sock"];

    /// <summary>What the guest's console shows.</summary>
    public ProgramLog Serial => new(this["serial.log"]);

    /// <summary>What qemu itself says.</summary>
    public ProgramLog Log => new(this["qemu.log"]);

    private string RecordFile => this["vm.json"];

    private string LockFile => this["lock"];

    private string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Takes the name: of several who want it one gets it.</summary>
    /// <returns>The lock on the machine.</returns>
    public Outcome<FileStream> Create()
    {
        if (System.Text.Encoding.UTF8.GetByteCount(Socket) > LongestSocketPath)
        {
            return new Failure("make the machine", $"cannot make {Path}: the path of its socket {Socket} may have {LongestSocketPath} bytes at most");
        }

        try
        {
            Directory.CreateDirectory(Path, OwnerFolder);
            return new FileStream(LockFile, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(LockFile))
        {
            return new Failure("make the machine", $"cannot make {Name}: the name is taken (vm kill {Name} frees it)") { Kind = FailureKind.Conflict };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure("make the machine", $"cannot make {Path}: {exception.Message}");
        }
    }

    /// <summary>Waits until no other command works on the machine.</summary>
    public async Task<Outcome<FileStream>> LockAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += QemuTimeouts.Pause)
        {
            try
            {
                return new FileStream(LockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                return new Failure("find the machine", $"cannot find {Name}: there is no {Path}") { Kind = FailureKind.NotFound };
            }
            catch (UnauthorizedAccessException exception)
            {
                return new Failure("find the machine", $"cannot open {Name}: {exception.Message}");
            }
            catch (IOException exception) when (waited >= QemuTimeouts.Lock)
            {
                return new Failure("find the machine", $"cannot lock {Name} within {QemuTimeouts.Lock.TotalSeconds} s: {exception.Message}") { Kind = FailureKind.TimedOut };
            }
            catch (IOException)
            {
                await Task.Delay(QemuTimeouts.Pause, cancellationToken);
            }
        }
    }

    /// <summary>The record; null when there is none that can be read.</summary>
    public VmRecord? ReadRecord()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(RecordFile), VmJson.Default.VmRecord);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the record.</summary>
    public void WriteRecord(VmRecord record) => AtomicFile.Write(RecordFile, JsonSerializer.SerializeToUtf8Bytes(record, VmJson.Default.VmRecord), OwnerFile);

    /// <summary>qemu; null when it does not run.</summary>
    public WatchedProcess? FindProcess() => ReadRecord()?.Process is { } process
        ? process.BootId == ProcessStatus.BootId ? WatchedProcess.Open(process.Pid, process.StartTime) : null
        : ProcessStatus.All().Where(pid => ProcessStatus.Variable(pid, Variable) == Path)
            .Select(pid => ProcessStatus.StartTime(pid) is { } start ? WatchedProcess.Open(pid, start) : null).FirstOrDefault(found => found is not null);

    /// <summary>Copies a file into the folder, for the owner only.</summary>
    public static void Copy(string from, string to)
    {
        using (var target = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
        using (var source = File.OpenRead(from))
        {
            source.CopyTo(target);
        }
    }

    /// <summary>Deletes the folder with everything in it.</summary>
    public void Delete() => Directory.Delete(Path, recursive: true);
}
