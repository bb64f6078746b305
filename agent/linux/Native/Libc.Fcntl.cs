// <fcntl.h>: open(2), for what File.OpenHandle cannot open (directories); fcntl(2), for flags of descriptors.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const int O_RDONLY = 0;
    internal const int O_DIRECTORY = 0x10000;
    internal const int O_CLOEXEC = 0x80000;

    internal const int F_SETFD = 2;
    internal const int FD_CLOEXEC = 1;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd, int arg);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string pathname, int flags);
}
