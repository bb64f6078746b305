// A binary on its way in: on disk, hashed while it came, and gone again unless it is kept.
using System.Security.Cryptography;
using Amphora.Linux.Files;

namespace Amphora.Agent.Upgrade;

/// <summary>A file in a folder of its own, so that it can be tried where it is and kept by one rename.</summary>
internal sealed class IncomingBinary : IDisposable
{
    /// <summary>How the folders of those on their way in begin.</summary>
    public const string Prefix = ".incoming-";

    /// <summary>Whoever runs it may read it; only root writes.</summary>
    public const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const int BufferSize = 128 * 1024;

    private readonly string _folder;
    private bool _isKept;

    private IncomingBinary(string folder, string name) => (_folder, Program) = (folder, Path.Combine(folder, name));

    /// <summary>The file; it can be executed.</summary>
    public string Program { get; }

    /// <summary>SHA-256 of what came.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>The same as 64 hex digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(Hash);

    /// <summary>Takes a body in.</summary>
    /// <param name="slots">The folder of the slots.</param>
    /// <param name="name">What the file is called.</param>
    /// <param name="body">What comes.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is left then.</param>
    public static async Task<IncomingBinary> ReceiveAsync(string slots, string name, Stream body, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(slots, $"{Prefix}{Guid.NewGuid():N}");
        var incoming = new IncomingBinary(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            // Said again: the umask of the unit is strict.
            File.SetUnixFileMode(folder, Everybody);
            await incoming.WriteAsync(body, cancellationToken);
            AtomicFile.SyncDirectory(folder);
            return incoming;
        }
        catch
        {
            incoming.Dispose();
            throw;
        }
    }

    /// <summary>Makes it a slot for good; a slot of the same name has the same content and stays.</summary>
    public void Keep(string slot)
    {
        if (!Directory.Exists(slot))
        {
            Directory.Move(_folder, slot);
            AtomicFile.SyncDirectory(Path.GetDirectoryName(slot)!);
            _isKept = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isKept && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(Program, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[BufferSize];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            hash.AppendData(buffer, 0, length);
            await file.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }

        Hash = hash.GetHashAndReset();
        File.SetUnixFileMode(file.SafeFileHandle, Everybody);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }
}
