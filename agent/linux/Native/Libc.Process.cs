// <signal.h>, <sys/wait.h>, <sys/pidfd.h>, <sys/eventfd.h>, <poll.h>: watching processes.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Native;

internal static unsafe partial class Libc
{
    internal const int ECHILD = 10;
    internal const int SIGKILL = 9;
    internal const int WNOHANG = 1;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const short POLLERR = 8;
    internal const short POLLHUP = 16;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitpid(int pid, out int wstatus, int options);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial SafeFileHandle pidfd_open(int pid, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pidfd_send_signal(SafeFileHandle pidfd, int sig, nint info, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial SafeFileHandle eventfd(uint initval, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(PollDescriptor* fds, nuint nfds, int timeout);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        internal int fd;
        internal short events;
        internal short revents;
    }
}
