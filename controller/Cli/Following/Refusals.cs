// Says why something was not even begun.
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;

namespace Amphora.Controller.Cli.Following;

/// <summary>Refusals as people read them, and the exit code of each kind.</summary>
internal static class Refusals
{
    /// <summary>Prints one.</summary>
    public static ExitCode Print(Terminal terminal, Refusal refusal)
    {
        terminal.Error.WriteLine($"error: {refusal.Message}");
        foreach (var fault in refusal.Faults)
        {
            terminal.Error.WriteLine($"  {fault.Path}: {fault.Message} ({fault.Rule})");
        }

        return refusal.Kind == RefusalKind.Invalid ? ExitCode.Usage : ExitCode.Refused;
    }
}
