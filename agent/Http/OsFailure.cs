// Operating system errors become failures here: one mapping for every slice.
using Amphora.Contract;
using Amphora.Linux.Native;

namespace Amphora.Agent.Http;

/// <summary>Turns what the operating system said into a <see cref="Failure"/>.</summary>
internal static class OsFailure
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int TooManyFiles = 24;
    private const int NoMemory = 12;

    /// <summary>True for the exceptions the system calls we make can raise.</summary>
    public static bool Is(Exception exception) => exception is LinuxException or IOException or UnauthorizedAccessException;

    /// <summary>Does something with files: null, or the failure.</summary>
    public static Failure? Try(string step, Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (Is(e))
        {
            return Of(step, e);
        }
    }

    /// <summary>The failure: "cannot <paramref name="step"/>: reason".</summary>
    public static Failure Of(string step, Exception exception)
    {
        var errno = exception switch
        {
            LinuxException linux => linux.Errno,
            // .NET keeps the errno in HResult when it has no Windows number for it.
            IOException { HResult: > 0 and < 4096 } io => io.HResult,
            _ => (int?)null,
        };
        return new Failure(step, $"cannot {step}: {exception.Message}")
        {
            Kind = errno is NoSpace or QuotaExceeded or TooManyFiles or NoMemory ? FailureKind.Exhausted : FailureKind.Internal,
            Tool = "linux",
            ExitCode = errno,
        };
    }
}
