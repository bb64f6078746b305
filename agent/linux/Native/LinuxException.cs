// An OS error on its way to the place that makes it a failure.
using System.Runtime.InteropServices;

namespace Amphora.Linux.Native;

/// <summary>A system or library call failed.</summary>
/// <param name="call">What was called or attempted, as <c>setns amphora-haproxy</c>.</param>
/// <param name="errno">The error number.</param>
/// <param name="detail">What the kernel or the library said beyond the number; null when nothing.</param>
public class LinuxException(string call, int errno, string? detail = null) : Exception(Describe(call, errno, detail))
{
    /// <summary>What was called or attempted.</summary>
    public string Call { get; } = call;

    /// <summary>The error number.</summary>
    public int Errno { get; } = errno;

    /// <summary>What the kernel or the library said beyond the number.</summary>
    public string? Detail { get; } = detail;

    /// <summary>True when what was named is not there (ENOENT).</summary>
    public bool IsMissing => Errno == Libc.ENOENT;

    /// <summary>The C library's words for an error number, as <c>Permission denied</c>.</summary>
    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    private static string Describe(string call, int errno, string? detail) =>
        detail is null ? $"{call}: {Describe(errno)} (errno {errno})" : $"{call}: {Describe(errno)} (errno {errno}): {detail}";
}
