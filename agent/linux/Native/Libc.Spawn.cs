// <spawn.h>, <sys/resource.h>: starting a program without running managed code between fork and exec.
using System.Runtime.InteropServices;

namespace Amphora.Linux.Native;

internal static unsafe partial class Libc
{
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;
    internal const int RLIMIT_NOFILE = 7;
    internal const int O_WRONLY = 1;
    internal const int O_CREAT = 0x40;
    internal const int O_APPEND = 0x400;

    [LibraryImport(Library)]
    internal static partial int posix_spawnp(out int pid, byte* file, SpawnFileActions* actions, SpawnAttributes* attributes, byte** argv, byte** envp);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(SpawnFileActions* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(SpawnFileActions* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(SpawnFileActions* actions, int fd, int newfd);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addopen(SpawnFileActions* actions, int fd, string path, int oflag, uint mode);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addchdir_np(SpawnFileActions* actions, string path);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(SpawnFileActions* actions, int from);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(SpawnAttributes* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_destroy(SpawnAttributes* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(SpawnAttributes* attributes, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(SpawnAttributes* attributes, SignalSet* set);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(SpawnAttributes* attributes, SignalSet* set);

    [LibraryImport(Library)]
    internal static partial int sigemptyset(SignalSet* set);

    [LibraryImport(Library)]
    internal static partial int sigfillset(SignalSet* set);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int prlimit(int pid, int resource, ResourceLimit* newLimit, ResourceLimit* oldLimit);

    /// <summary>posix_spawn_file_actions_t, opaque.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 80)]
    internal struct SpawnFileActions
    {
        private nint _first;
    }

    /// <summary>posix_spawnattr_t, opaque.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 336)]
    internal struct SpawnAttributes
    {
        private nint _first;
    }

    /// <summary>sigset_t, opaque.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct SignalSet
    {
        private nint _first;
    }

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimit
    {
        internal ulong rlim_cur;
        internal ulong rlim_max;
    }
}
