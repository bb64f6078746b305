// The script by which VRRP asks whether this amphora can carry the VIP (K1).
namespace Amphora.Agent.Keepalived;

/// <summary>Writes the script: it only calls <c>amphora-agent vrrp-check</c>, which looks for itself (<see cref="VrrpCheck"/>).</summary>
internal static class CheckScript
{
    /// <summary>The text; it does not depend on the load balancers, so it changes only with the program's place.</summary>
    public static string Text(KeepalivedOptions options) =>
        $"{Calling(options, "vrrp-check")} --base-path {Quoted(options.BasePath)}\n";

    /// <summary>The beginning of a script that calls a subcommand of this program.</summary>
    public static string Calling(KeepalivedOptions options, string subcommand)
    {
        var assembly = options.AgentAssembly is { } path ? $" {Quoted(path)}" : "";
        return $"#!/bin/sh\nexec {Quoted(options.AgentProgram)}{assembly} {subcommand}";
    }

    // POSIX shell: nothing is special between single quotes but the quote itself.
    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
