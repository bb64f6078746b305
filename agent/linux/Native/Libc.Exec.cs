// stdlib.h, unistd.h: the environment, and replacing the program.
using System.Runtime.InteropServices;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    /// <summary>setenv(3).</summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int setenv(string name, string value, int overwrite);

    /// <summary>execv(3); the last argument is null. Returns only when it failed.</summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int execv(string path, string?[] arguments);
}
