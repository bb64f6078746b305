// The one place where an error of the operating system becomes a failure.
using System.Diagnostics.CodeAnalysis;
using Amphora.Contract;
using Amphora.Linux.Native;

namespace Amphora.Agent.Actions;

/// <summary>Turns what files, processes and the kernel throw into a <see cref="Failure"/>.</summary>
internal static class OperatingSystemFailure
{
    private const int Enomem = 12, Enfile = 23, Emfile = 24, Enospc = 28, Edquot = 122;

    /// <summary>True for the exceptions <see cref="From"/> understands; anything else is a bug and stays an exception.</summary>
    public static bool Is([NotNullWhen(true)] Exception? exception) =>
        exception is LinuxException or IOException or UnauthorizedAccessException;

    /// <summary>Does something with files: null, or the failure.</summary>
    public static Failure? Try(string step, Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return From(step, exception);
        }
    }

    /// <summary>As <see cref="Try(string, Action)"/>, for what has a result.</summary>
    public static Outcome<T> Try<T>(string step, Func<T> function)
    {
        try
        {
            return function();
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return From(step, exception);
        }
    }

    /// <summary>The failure of a step.</summary>
    /// <param name="step">What was being done, as <c>write haproxy.cfg</c>.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="tool">Who refused; null: the operating system itself.</param>
    public static Failure From(string step, Exception exception, string? tool = null)
    {
        var errno = exception switch
        {
            LinuxException linux => linux.Errno,
            // .NET keeps the errno in HResult where it has no Windows number for it.
            IOException { HResult: > 0 and < 4096 } io => io.HResult,
            _ => (int?)null,
        };
        return new Failure(step, $"cannot {step}: {exception.Message}")
        {
            Tool = tool,
            ExitCode = errno,
            Output = (exception as LinuxException)?.Detail,
            Kind = errno is Enomem or Enfile or Emfile or Enospc or Edquot ? FailureKind.Exhausted : FailureKind.Internal,
        };
    }
}
