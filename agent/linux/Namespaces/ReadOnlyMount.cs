// Looks into a file system nobody else shall see mounted.
using Amphora.Linux.Native;

namespace Amphora.Linux.Namespaces;

/// <summary>Mounts a device in a mount namespace of its own: when the reader ends, also by kill -9, the mount is gone.</summary>
public static class ReadOnlyMount
{
    // Covered for the reader alone; one of them is on every system.
    private static readonly string[] s_targets = ["/mnt", "/media", "/run"];

    /// <summary>Reads from a device.</summary>
    /// <param name="device">A block device, by a path outside of the targets.</param>
    /// <param name="fileSystem">As the kernel calls it: <c>iso9660</c>, <c>vfat</c>, <c>ext4</c>.</param>
    /// <param name="read">Given the directory where it is mounted; what it opens it also closes.</param>
    /// <exception cref="LinuxException">ENODEV: the kernel has no such file system; whatever else mount(2) refuses.</exception>
    public static T Read<T>(string device, string fileSystem, Func<string, T> read)
    {
        var target = Array.Find(s_targets, Directory.Exists) ?? throw new LinuxException($"mount {device}", Libc.ENOENT, "there is neither /mnt nor /media nor /run");
        return OwnThread.Run(() =>
        {
            Libc.Check(Libc.unshare(Libc.CLONE_NEWNS), "make a mount namespace");
            Libc.Check(Libc.mount("", "/", null, Libc.MS_REC | Libc.MS_PRIVATE, 0), "make the mounts private");
            Libc.Check(
                Libc.mount(device, target, fileSystem, Libc.MS_RDONLY | Libc.MS_NOSUID | Libc.MS_NODEV | Libc.MS_NOEXEC, 0),
                $"mount {device} as {fileSystem}");
            return read(target);
        });
    }
}
