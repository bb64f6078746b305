// What a process says of itself and its proxies, against the text it runs. Pure.
using System.Globalization;
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>Compares what somebody at the socket can change besides servers and certificates (management guide §9.3: <c>disable frontend</c>,
/// <c>shutdown frontend</c>, <c>set maxconn</c>). No command of ours does, so a difference needs another process.</summary>
internal static class ProcessProof
{
    /// <summary>Every difference, in words for people.</summary>
    /// <param name="config">What it runs.</param>
    /// <param name="worker"><c>show info</c>.</param>
    /// <param name="proxies"><c>show stat</c>, frontends and backends.</param>
    public static ValueList<string> Compare(string config, HaproxyWorker worker, HaproxyStatistics proxies)
    {
        var found = new List<string>();
        foreach (var section in HaproxyDocument.Parse(config).Sections)
        {
            switch (section.Keyword)
            {
                case "global" when Maxconn(section) is { } maxconn && worker.MaxConnections != maxconn:
                    found.Add(string.Create(CultureInfo.InvariantCulture, $"HAProxy takes {worker.MaxConnections} connections, shall take {maxconn}"));
                    break;
                case "frontend" when OfFrontend(section, proxies.Frontend(section.Name)) is { } difference:
                    found.Add(difference);
                    break;
                case "backend" when proxies.Backend(section.Name) is null:
                    found.Add($"HAProxy has no backend {section.Name}");
                    break;
                default:
                    break;
            }
        }

        return found.ToValueList();
    }

    private static string? OfFrontend(HaproxySection section, StatRow? row)
    {
        foreach (var line in section.Directives)
        {
            if (line.StartsWith("disabled"))
            {
                return null;
            }
        }

        return row is null ? $"HAProxy has no frontend {section.Name}"
            : row.Status is not ("OPEN" or "FULL") ? $"frontend {section.Name} is {row.Status}, shall be OPEN"
            : Maxconn(section) is { } maxconn && row.SessionLimit != maxconn
                ? string.Create(CultureInfo.InvariantCulture, $"frontend {section.Name} takes {row.SessionLimit} connections, shall take {maxconn}")
            : null;
    }

    private static int? Maxconn(HaproxySection section)
    {
        foreach (var line in section.Directives)
        {
            if (line.Count == 2 && line[0].Is("maxconn") && int.TryParse(line[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            {
                return limit;
            }
        }

        return null;
    }
}
