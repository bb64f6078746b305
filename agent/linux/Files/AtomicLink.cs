// Symbolic links that lead somewhere at every moment.
using Amphora.Linux.Native;

namespace Amphora.Linux.Files;

/// <summary>Points links elsewhere so that readers, a kill -9 and a power cut see the old target or the new one.</summary>
public static class AtomicLink
{
    /// <summary>Points the link at another target; one that leads there already is not touched.</summary>
    /// <exception cref="LinuxException">The file system refused; the link is as it was.</exception>
    /// <exception cref="IOException">The same.</exception>
    public static void Point(string path, string target)
    {
        if (Replace(path, target))
        {
            AtomicFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    /// <summary>As <see cref="Point"/>, for many links: they survive a power cut once their directory is synced (<see cref="AtomicFile.SyncDirectory"/>).</summary>
    /// <returns>False when it led there already and nothing was done.</returns>
    /// <exception cref="LinuxException">The file system refused; the link is as it was.</exception>
    /// <exception cref="IOException">The same.</exception>
    public static bool Replace(string path, string target)
    {
        if (new FileInfo(path).LinkTarget == target)
        {
            return false;
        }

        var temporary = AtomicFile.TemporaryName(Path.GetFullPath(path));
        File.CreateSymbolicLink(temporary, target);
        AtomicFile.RenameOrDelete(temporary, path);
        return true;
    }
}
