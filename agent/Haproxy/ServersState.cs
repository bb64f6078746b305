// What of the old process's server state a new process may take over.
using System.Globalization;
using System.Text;

namespace Amphora.Agent.Haproxy;

/// <summary>Cleans the text of <c>show servers state</c> for <c>server-state-file</c> (G6). Seen with HAProxy 2.6.12: a state
/// line overrides a port that changed in the configuration, and a server that was <c>disabled</c> and no longer is starts DOWN.</summary>
internal static class ServersState
{
    // Columns of version 1: be_name is 1, srv_name 3, srv_addr 4, srv_admin_state 6, srv_port 18.
    private const int BackendName = 1, ServerName = 3, Address = 4, AdminState = 6, Port = 18;
    private const int ConfigMaintenance = 0x04;

    // A line of HAProxy's configuration has no more; both names and the address stand in one.
    private const int LongestServer = 2048;

    /// <summary>Keeps the lines of servers that stand unchanged in the new configuration and were not disabled by the old one.</summary>
    public static string Keep(string state, string newConfig)
    {
        var servers = Servers(newConfig).GetAlternateLookup<ReadOnlySpan<char>>();
        var kept = new StringBuilder(state.Length);
        foreach (var range in state.AsSpan().Split('\n'))
        {
            var line = state.AsSpan(range);
            if (!line.IsEmpty && (line[0] == '#' || IsKept(line, servers)))
            {
                kept.Append(line).Append('\n');
            }
        }

        return kept.ToString();
    }

    private static bool IsKept(ReadOnlySpan<char> line, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> servers)
    {
        // One range more than is looked at: the last one holds the rest of the line.
        Span<Range> fields = stackalloc Range[Port + 2];
        if (line.Split(fields, ' ') <= Port)
        {
            return true;
        }

        Span<char> server = stackalloc char[LongestServer];
        return int.TryParse(line[fields[AdminState]], NumberStyles.Integer, CultureInfo.InvariantCulture, out var admin)
            && (admin & ConfigMaintenance) == 0
            && server.TryWrite($"{line[fields[BackendName]]} {line[fields[ServerName]]} {line[fields[Address]]}:{line[fields[Port]]}", out var length)
            && servers.Contains(server[..length]);
    }

    // "backend server address:port" of each server line.
    private static HashSet<string> Servers(string config)
    {
        var servers = new HashSet<string>(StringComparer.Ordinal);
        Span<Range> words = stackalloc Range[4];
        var backend = "";
        foreach (var range in config.AsSpan().Split('\n'))
        {
            var line = config.AsSpan(range);
            var count = line.SplitAny(words, " \t\r", StringSplitOptions.RemoveEmptyEntries);
            if (count >= 2 && line[words[0]] is "backend")
            {
                backend = line[words[1]].ToString();
            }
            else if (count >= 3 && line[words[0]] is "server")
            {
                // The state writes IPv6 without the brackets (E7).
                var address = line[words[2]].ToString().Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
                servers.Add($"{backend} {line[words[1]]} {address}");
            }
        }

        return servers;
    }
}
