// libc, declared by hand: one partial file per C header, C's names, no logic beyond checking results.
using System.Runtime.InteropServices;

// Ignored by the loader outside Windows except that it no longer looks beside the program first.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    private const string Library = "libc";

    /// <summary>The errno the last call with SetLastError left behind.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>Passes a result on, or throws what errno says when it is negative.</summary>
    internal static int Check(int result, string call) => result >= 0 ? result : throw new LinuxException(call, LastError);

    /// <inheritdoc cref="Check(int, string)"/>
    internal static nint Check(nint result, string call) => result >= 0 ? result : throw new LinuxException(call, LastError);

    /// <summary>Passes a descriptor on, or throws what errno says when it is none.</summary>
    internal static T Check<T>(T handle, string call)
        where T : SafeHandle
    {
        if (!handle.IsInvalid)
        {
            return handle;
        }

        var errno = LastError;
        handle.Dispose();
        throw new LinuxException(call, errno);
    }
}
