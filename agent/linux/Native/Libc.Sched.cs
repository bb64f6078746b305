// <sched.h>: namespaces of the calling thread.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const int CLONE_NEWNS = 0x00020000;
    internal const int CLONE_NEWNET = 0x40000000;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setns(SafeFileHandle fd, int nstype);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int unshare(int flags);
}
