// The one place where an error of the operating system becomes a failure.
using System.Diagnostics.CodeAnalysis;
using Amphora.Contract;
using Amphora.Linux.Native;

namespace Amphora.Agent.Services;

/// <summary>Turns what files, processes and the kernel throw into a <see cref="Failure"/>.</summary>
internal static class OperatingSystemFailure
{
    private const int Enomem = 12, Enfile = 23, Emfile = 24, Enospc = 28, Edquot = 122;

    /// <summary>True for the exceptions <see cref="From"/> understands; anything else is a bug and stays an exception.</summary>
    public static bool Is([NotNullWhen(true)] Exception? exception) =>
        exception is LinuxException or IOException or UnauthorizedAccessException;

    /// <summary>The failure of a step.</summary>
    /// <param name="step">What was being done, as <c>write haproxy.cfg</c>.</param>
    /// <param name="exception">What was thrown.</param>
    public static Failure From(string step, Exception exception) => new(step, $"cannot {step}: {exception.Message}")
    {
        ExitCode = (exception as LinuxException)?.Errno,
        Kind = exception is LinuxException { Errno: Enomem or Enfile or Emfile or Enospc or Edquot }
            ? FailureKind.Exhausted
            : FailureKind.Internal,
    };
}
