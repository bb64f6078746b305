// What kind of failure an operating system error is.
using Amphora.Contract;
using Amphora.Linux.Native;

namespace Amphora.Agent.Services;

internal static class ServiceFailures
{
    // ENOMEM, ENFILE, EMFILE, ENOSPC, EDQUOT: the host is out of something.
    private static readonly int[] Exhausted = [12, 23, 24, 28, 122];

    /// <summary>The failure of a step that an operating system error ended.</summary>
    public static Failure From(string step, string tool, LinuxException exception) => new(step, $"cannot {step}: {exception.Message}")
    {
        Tool = tool,
        ExitCode = exception.Errno,
        Output = exception.Detail,
        Kind = Exhausted.Contains(exception.Errno) ? FailureKind.Exhausted : FailureKind.Internal,
    };

    /// <summary>Null when the name can be that of a file and of a unit.</summary>
    public static Failure? CheckName(string step, string name) =>
        name.Length is > 0 and <= 200 && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '@')
            ? null
            : new Failure(step, $"cannot {step}: '{name}' is not a service name: letters, digits and - _ . @, at most 200");

    /// <summary>The failure of a step on a service that was never installed.</summary>
    public static Failure NotInstalled(string step, string name) =>
        new(step, $"cannot {step}: no service {name} is installed") { Kind = FailureKind.NotFound };
}
