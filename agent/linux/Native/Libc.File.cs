// <sys/file.h>: advisory locks.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const int LOCK_EX = 2;
    internal const int LOCK_UN = 8;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(SafeFileHandle fd, int operation);
}
