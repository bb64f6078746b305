// stdlib.h: the environment.
using System.Runtime.InteropServices;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    /// <summary>setenv(3).</summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int setenv(string name, string value, int overwrite);
}
