// The script by which VRRP asks whether this amphora can carry the VIP (K1).
namespace Amphora.Agent.Keepalived;

/// <summary>Writes the script: it only calls <c>amphora-agent vrrp-check</c>, which looks for itself (<see cref="VrrpCheck"/>).</summary>
internal static class CheckScript
{
    /// <summary>The text; it does not depend on the load balancers, so it changes only with the program's place.</summary>
    public static string Text(KeepalivedOptions options) =>
        $"#!/bin/sh\nexec {Quoted(options.AgentProgram)} vrrp-check --base-path {Quoted(options.BasePath)}\n";

    /// <summary>A word of POSIX shell: nothing is special between single quotes but the quote itself.</summary>
    public static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
