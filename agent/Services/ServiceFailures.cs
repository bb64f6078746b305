// What can be wrong with the name of a service.
using Amphora.Contract;

namespace Amphora.Agent.Services;

internal static class ServiceFailures
{
    /// <summary>So many lines of a program's log explain its failure.</summary>
    public const int LogLines = 100;

    /// <summary>So many explain its death: systemd may have started it again meanwhile, and keepalived says everything twice.</summary>
    public const int DeathLines = 120;

    /// <summary>Null when the name can be that of a file and of a unit.</summary>
    public static Failure? CheckName(string step, string name) =>
        name.Length is > 0 and <= 200 && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '@')
            ? null
            : new Failure(step, $"cannot {step}: '{name}' is not a service name: letters, digits and - _ . @, at most 200");

    /// <summary>The failure of a step on a service that was never installed.</summary>
    public static Failure NotInstalled(string step, string name) =>
        new(step, $"cannot {step}: no service {name} is installed") { Kind = FailureKind.NotFound };
}
