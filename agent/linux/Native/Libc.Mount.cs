// <sys/mount.h>, <sys/vfs.h>: mounts for network namespaces and for reading a drive.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const nuint MS_RDONLY = 1;
    internal const nuint MS_NOSUID = 2;
    internal const nuint MS_NODEV = 4;
    internal const nuint MS_NOEXEC = 8;
    internal const nuint MS_BIND = 0x1000;
    internal const nuint MS_REC = 0x4000;
    internal const nuint MS_PRIVATE = 0x40000;
    internal const nuint MS_SHARED = 0x100000;
    internal const int MNT_DETACH = 2;
    internal const nint NSFS_MAGIC = 0x6e736673;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string? filesystemtype, nuint mountflags, nint data);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int umount2(string target, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstatfs(SafeFileHandle fd, out StatFs buf);

    /// <summary>struct statfs: only its first field is used; the rest is there so that the kernel has room to write.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct StatFs
    {
        internal nint f_type;
    }
}
