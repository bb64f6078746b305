// The script by which VRRP asks whether this amphora can carry the VIP (K1).
using Amphora.Linux.Processes;

namespace Amphora.Agent.Keepalived;

/// <summary>Writes the script: it only calls <c>amphora-agent vrrp-check</c>, which looks for itself (<see cref="VrrpCheck"/>).</summary>
internal static class CheckScript
{
    /// <summary>The text; it does not depend on the load balancers, so it changes only with the program's place.</summary>
    public static string Text(KeepalivedOptions options) => ShellScript.Exec([.. options.AgentCommand, "vrrp-check", "--base-path", options.BasePath]);
}
