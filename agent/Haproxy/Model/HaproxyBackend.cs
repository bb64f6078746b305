// What a backend section says of its servers and of how it chooses among them.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>A backend, as far as it matters for its servers.</summary>
/// <param name="Name">Of a pool behind a listener: <c>pool:listener</c>.</param>
/// <param name="Balance">The algorithm, as <c>roundrobin</c>, which is also HAProxy's when the section names none.</param>
/// <param name="HasCookie">True when a cookie chooses the server (<c>cookie</c>).</param>
/// <param name="HasStickTable">True when it remembers who was sent where (<c>stick-table</c>).</param>
/// <param name="Servers">Its servers in order.</param>
/// <param name="UnreadServers">How many server lines say what <see cref="ServerLine.Read"/> does not know; none in what our templates or
/// Octavia's render.</param>
internal sealed record HaproxyBackend(
    string Name, string Balance, bool HasCookie, bool HasStickTable, ValueList<ServerLine> Servers, int UnreadServers)
{
    private const string DefaultBalance = "roundrobin";

    /// <summary>Reads a section.</summary>
    /// <returns>Null when it is no backend.</returns>
    public static HaproxyBackend? Read(HaproxySection section)
    {
        if (section.Keyword != "backend")
        {
            return null;
        }

        var balance = DefaultBalance;
        bool hasCookie = false, hasStickTable = false;
        var servers = new List<ServerLine>(section.Count);
        var unread = 0;
        foreach (var line in section.Directives)
        {
            switch (line[0].Value)
            {
                case "balance" when line.Count > 1:
                    balance = line[1].ToString();
                    break;
                case "cookie":
                    hasCookie = true;
                    break;
                case "stick-table":
                    hasStickTable = true;
                    break;
                case "server" when ServerLine.Read(line) is { } server:
                    servers.Add(server);
                    break;
                case "server":
                    unread++;
                    break;
                default:
                    break;
            }
        }

        return new HaproxyBackend(section.Name, balance, hasCookie, hasStickTable, servers.ToValueList(), unread);
    }
}
