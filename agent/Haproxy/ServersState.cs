// What of the old process's server state a new process may take over.
using System.Text;

namespace Amphora.Agent.Haproxy;

/// <summary>Cleans the text of <c>show servers state</c> for <c>server-state-file</c> (G6). Seen with HAProxy 2.6.12: a state
/// line overrides a port that changed in the configuration, and a server that was <c>disabled</c> and no longer is starts DOWN.</summary>
internal static class ServersState
{
    // Columns of version 1: be_name is 1, srv_name 3, srv_addr 4, srv_admin_state 6, srv_port 18.
    private const int BackendName = 1, ServerName = 3, Address = 4, AdminState = 6, Port = 18;
    private const int ConfigMaintenance = 0x04;

    /// <summary>Keeps the lines of servers that stand unchanged in the new configuration and were not disabled by the old one.</summary>
    public static string Keep(string state, string newConfig)
    {
        var servers = ServerAddresses(newConfig);
        var kept = new StringBuilder(state.Length);
        foreach (var line in state.Split('\n'))
        {
            var fields = line.Split(' ');
            if (line.Length > 0 && (line[0] == '#' || fields.Length <= Port || IsKept(fields, servers)))
            {
                kept.Append(line).Append('\n');
            }
        }

        return kept.ToString();
    }

    private static bool IsKept(string[] fields, Dictionary<(string Backend, string Server), string> servers) =>
        int.TryParse(fields[AdminState], out var admin) && (admin & ConfigMaintenance) == 0
        && servers.TryGetValue((fields[BackendName], fields[ServerName]), out var address)
        && address == $"{fields[Address]}:{fields[Port]}";

    private static Dictionary<(string Backend, string Server), string> ServerAddresses(string config)
    {
        var servers = new Dictionary<(string, string), string>();
        var backend = "";
        foreach (var line in config.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], 4, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["backend", var name, ..])
            {
                backend = name;
            }
            else if (words is ["server", var server, var address, ..])
            {
                // The state writes IPv6 without the brackets (E7).
                servers[(backend, server)] = address.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
            }
        }

        return servers;
    }
}
