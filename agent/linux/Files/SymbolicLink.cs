// A link that is whole at every moment.
using Amphora.Linux.Native;

namespace Amphora.Linux.Files;

/// <summary>Symbolic links.</summary>
public static class SymbolicLink
{
    /// <summary>Makes a name a link to a path, in place of whatever had the name: readers see the old one or the new one. It survives a power cut once its
    /// directory is synced (<see cref="AtomicFile.SyncDirectory"/>).</summary>
    /// <returns>False when it was that link already and nothing was done.</returns>
    /// <exception cref="LinuxException">The file system refused.</exception>
    public static bool Replace(string name, string path)
    {
        if (new FileInfo(name).LinkTarget == path)
        {
            return false;
        }

        var temporary = AtomicFile.TemporaryName(name);
        File.CreateSymbolicLink(temporary, path);
        if (Libc.rename(temporary, name) < 0)
        {
            var error = Libc.LastError;
            File.Delete(temporary);
            throw new LinuxException($"rename {temporary} to {name}", error);
        }

        return true;
    }
}
