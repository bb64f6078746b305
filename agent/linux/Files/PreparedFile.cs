// The second half of an atomic write.
using System.Text;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Files;

/// <summary>A file that is on disk under a temporary name. <see cref="Commit"/> puts it in place; without it
/// <see cref="Dispose"/> takes it away again.</summary>
public sealed unsafe class PreparedFile : IDisposable
{
    private string? _temporary;

    internal PreparedFile(string path, string? temporary)
    {
        FilePath = path;
        Changed = temporary is not null;
        _temporary = temporary;
    }

    /// <summary>The file this will be.</summary>
    public string FilePath { get; }

    /// <summary>False when the file had this content and mode already: committing does nothing.</summary>
    public bool Changed { get; }

    /// <summary>Renames it into place and makes that survive a power cut; again is harmless.</summary>
    /// <exception cref="LinuxException">The rename was refused and the earlier file stands, or the directory could not be synced.</exception>
    public void Commit()
    {
        if (_temporary is null)
        {
            return;
        }

        Libc.Check(Libc.rename(_temporary, FilePath), $"rename {_temporary} to {FilePath}");
        _temporary = null;
        AtomicFile.SyncDirectory(Path.GetDirectoryName(FilePath)!);
    }

    /// <summary>Removes the temporary file if it was not committed.</summary>
    public void Dispose()
    {
        if (_temporary is not null)
        {
            // Nothing can be done about a failure here; CleanLeftovers finds the file later.
            _ = Libc.unlink(_temporary);
            _temporary = null;
        }
    }

    internal static string WriteTemporary(string path, string prefix, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner, bool isSynced)
    {
        // mkostemp creates with 0600, so that a secret is never readable under a mode that comes later.
        var template = Encoding.UTF8.GetBytes($"{Path.GetDirectoryName(path)}/{prefix}XXXXXX\0");
        fixed (byte* start = template)
        {
            using var handle = Libc.Check(Libc.mkostemp(start, Libc.O_CLOEXEC), $"create a temporary file for {path}");
            var temporary = Encoding.UTF8.GetString(template.AsSpan(0, template.Length - 1));
            try
            {
                if (owner is not null)
                {
                    Libc.Check(Libc.fchown(handle, owner.User, owner.Group), $"chown {temporary}");
                }

                Libc.Check(Libc.fchmod(handle, (uint)mode), $"chmod {temporary}");
                WriteAll(handle, content, temporary);
                if (isSynced)
                {
                    Sync(handle, temporary);
                }

                return temporary;
            }
            catch (LinuxException)
            {
                _ = Libc.unlink(temporary);
                throw;
            }
        }
    }

    internal static void Sync(SafeFileHandle handle, string path)
    {
        while (Libc.fsync(handle) < 0)
        {
            if (Libc.LastError != Libc.EINTR)
            {
                throw new LinuxException($"fsync {path}", Libc.LastError);
            }
        }
    }

    private static void WriteAll(SafeFileHandle handle, ReadOnlySpan<byte> content, string path)
    {
        fixed (byte* start = content)
        {
            for (var done = 0; done < content.Length;)
            {
                var written = Libc.write(handle, start + done, (nuint)(content.Length - done));
                if (written < 0 && Libc.LastError != Libc.EINTR)
                {
                    throw new LinuxException($"write {path}", Libc.LastError);
                }

                done += (int)Math.Max(written, 0);
            }
        }
    }
}
