// Turns what the kernel refused into a failure.
using Amphora.Contract;
using Amphora.Linux.Native;

namespace Amphora.Agent.Network;

/// <summary>The kernel's no, as a value.</summary>
internal static class NetworkFailure
{
    public const string Tool = "rtnetlink";
    public const int InvalidArgument = 22;

    // errno(3): EPERM, EINVAL, ENODEV …: numbers are Linux's on every architecture .NET runs on.
    private const int OutOfMemory = 12;
    private const int OutOfRange = 34;
    private const int NoSpace = 28;
    private const int AddressNotAvailable = 99;
    private const int NetworkUnreachable = 101;
    private const int NoBuffers = 105;
    private const int HostUnreachable = 113;

    /// <summary>A failure of a step.</summary>
    public static Failure From(Exception exception, string step, string? tool = Tool) => exception is LinuxException linux
        ? new Failure(step, $"cannot {step}: {linux.Detail ?? LinuxException.Describe(linux.Errno)}")
        {
            Kind = KindOf(linux.Errno),
            Tool = tool,
            ExitCode = linux.Errno,
            Output = linux.Detail ?? LinuxException.Describe(linux.Errno),
        }
        : new Failure(step, $"cannot {step}: {exception.Message}");

    private static FailureKind KindOf(int errno) => errno switch
    {
        InvalidArgument or OutOfRange or AddressNotAvailable or NetworkUnreachable or HostUnreachable => FailureKind.Refused,
        OutOfMemory or NoSpace or NoBuffers => FailureKind.Exhausted,
        _ => FailureKind.Internal,
    };
}
