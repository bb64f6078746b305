// <unistd.h>, <stdio.h>, <stdlib.h>, <sys/stat.h>: files where the order of system calls matters.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Native;

internal static unsafe partial class Libc
{
    internal const int EIO = 5;
    internal const int ENOSPC = 28;
    internal const int EPIPE = 32;
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const uint STATX_UID = 8;
    internal const uint STATX_GID = 16;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial SafeFileHandle mkostemp(byte* template, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchmod(SafeFileHandle fd, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fchown(SafeFileHandle fd, uint owner, uint group);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int dirfd, string pathname, int flags, uint mask, out StatX statxbuf);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sethostname(byte* name, nuint len);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fsync(SafeFileHandle fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(SafeFileHandle fd, byte* buf, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(SafeFileHandle fd, byte* buf, nuint count);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rename(string oldpath, string newpath);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string pathname);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int link(string oldpath, string newpath);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pipe2(int* pipefd, int flags);

    /// <summary>struct statx: its first fields; the rest is there so that the kernel has room to write.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct StatX
    {
        internal uint stx_mask;
        internal uint stx_blksize;
        internal ulong stx_attributes;
        internal uint stx_nlink;
        internal uint stx_uid;
        internal uint stx_gid;
    }
}
