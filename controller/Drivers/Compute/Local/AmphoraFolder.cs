// The folder of an amphora: its record, config drive, files and log.
using System.Text.Json;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Drivers.Compute.Local;

/// <summary>
/// <code>
///  amphorae/ID/amphora.json   what is remembered
///              lock           held by whoever works on it
///              config-drive/  as a cloud gives it to a machine; its owner's alone, a private key is in it
///              root/          etc/octavia and var/lib/octavia of the agent
///              agent.log
/// </code>
/// </summary>
/// <param name="path">Where it is.</param>
/// <param name="amphoraId">The amphora.</param>
internal sealed class AmphoraFolder(string path, Guid amphoraId)
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    // HAProxy is another user and has to find its files.
    private const UnixFileMode Passable = OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The amphora.</summary>
    public Guid AmphoraId { get; } = amphoraId;

    /// <summary>The config drive.</summary>
    public string ConfigDrive => this["config-drive"];

    /// <summary>Where the amphora's files are.</summary>
    public string Root => this["root"];

    /// <summary>What its agent says.</summary>
    public ProgramLog Log => new(this["agent.log"]);

    /// <summary>True when there is anything of it.</summary>
    public bool Exists => Directory.Exists(Path);

    /// <summary>When it was begun; of one without a record, when its folder was made.</summary>
    public DateTimeOffset CreatedAt => ReadRecord()?.CreatedAt ?? new DateTimeOffset(Directory.GetCreationTimeUtc(Path));

    private string RecordFile => this["amphora.json"];

    private string LockFile => this["lock"];

    private string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes it when it is not there.</summary>
    public void Create()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, Passable);
        Directory.CreateDirectory(Path, Passable);
    }

    /// <summary>Makes what its agent writes into.</summary>
    public void CreateRoot()
    {
        foreach (var folder in (string[])["root", "root/var", "root/var/lib", "root/etc", "root/var/lib/octavia", "root/etc/octavia", "root/etc/octavia/certs", "root/units"])
        {
            Directory.CreateDirectory(this[folder], Passable);
        }
    }

    /// <summary>Waits until nobody else works on it; null when it is gone.</summary>
    public async Task<FileStream?> LockAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!Exists)
        {
            return null;
        }

        FileStream held;
        try
        {
            held = await FileLock.TakeAsync(LockFile, limit, cancellationToken);
        }
        catch (DriverException) when (!Exists)
        {
            return null;
        }

        // It may have been deleted by the one before: then this is the lock of a file without a name.
        if (File.Exists(LockFile))
        {
            return held;
        }

        await held.DisposeAsync();
        return null;
    }

    /// <summary>True when somebody works on it now.</summary>
    public bool IsBusy()
    {
        if (!File.Exists(LockFile))
        {
            return false;
        }

        using var held = FileLock.TryTake(LockFile);
        return held is null;
    }

    /// <summary>The record; null when there is none.</summary>
    public AmphoraRecord? ReadRecord() =>
        OptionalFile.ReadBytes(RecordFile) is { } content ? JsonSerializer.Deserialize(content, AmphoraJson.Default.AmphoraRecord) : null;

    /// <summary>Writes the record.</summary>
    public void WriteRecord(AmphoraRecord record) => AtomicFile.Write(RecordFile, JsonSerializer.SerializeToUtf8Bytes(record, AmphoraJson.Default.AmphoraRecord), OwnerFile);

    /// <summary>Notes that the agent has been seen to listen, unless somebody else changes the record now: then the next look notes it.</summary>
    public void NoteListening(AmphoraRecord record)
    {
        if (!File.Exists(LockFile))
        {
            return;
        }

        using var held = FileLock.TryTake(LockFile);
        if (held is not null && ReadRecord() == record)
        {
            WriteRecord(record with { HasListened = true });
        }
    }

    /// <summary>Writes files by their path below the folder, for the owner only.</summary>
    public void Write(string below, IEnumerable<KeyValuePair<string, string>> files)
    {
        foreach (var (name, text) in files)
        {
            var folder = this[below];
            Directory.CreateDirectory(folder, OwnerFolder);
            foreach (var part in name.Split('/')[..^1])
            {
                folder = System.IO.Path.Combine(folder, part);
                Directory.CreateDirectory(folder, OwnerFolder);
            }

            AtomicFile.WriteText(System.IO.Path.Combine(this[below], name), text, OwnerFile);
        }
    }

    /// <summary>Deletes it with everything in it; the record and the lock last, so that what is left half way is still an amphora.</summary>
    public void Delete()
    {
        if (!Exists)
        {
            return;
        }

        foreach (var folder in Directory.GetDirectories(Path))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Delete(Path, recursive: true);
    }
}
