// A second name for a file: its content stays when the first one is replaced or deleted.
using Amphora.Linux.Native;

namespace Amphora.Linux.Files;

/// <summary>Links files within a file system. Who replaces a file by a rename, as <see cref="AtomicFile"/> does, leaves the other name as it is.</summary>
public static class HardLink
{
    /// <summary>Gives a file a second name; false when that name was taken already and nothing was done. It survives a power cut once its directory
    /// is synced (<see cref="AtomicFile.SyncDirectory"/>).</summary>
    /// <exception cref="LinuxException">The file is not there, or the file system refused.</exception>
    public static bool Create(string path, string name)
    {
        if (Libc.link(path, name) == 0)
        {
            return true;
        }

        return Libc.LastError == Libc.EEXIST ? false : throw new LinuxException($"link {path} to {name}", Libc.LastError);
    }
}
