// What a process says of itself and its proxies, against the text it runs. Pure.
using System.Globalization;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>Compares what somebody at the socket can change besides servers and certificates (management guide §9.3: <c>disable frontend</c>,
/// <c>shutdown frontend</c>, <c>set maxconn</c>). No command of ours does, so a difference needs another process.</summary>
internal static class ProcessProof
{
    private const string Frontend = "frontend", Backend = "backend", Global = "global";

    /// <summary>Every difference, in words for people.</summary>
    /// <param name="config">What it runs.</param>
    /// <param name="worker"><c>show info</c>.</param>
    /// <param name="proxies"><c>show stat</c>, frontends and backends.</param>
    public static ValueList<string> Compare(string config, HaproxyWorker worker, HaproxyStatistics proxies)
    {
        var found = new List<string>();
        foreach (var section in Sections(config))
        {
            switch (section.Keyword)
            {
                case Global when section.Maxconn is { } maxconn && worker.MaxConnections != maxconn:
                    found.Add(string.Create(CultureInfo.InvariantCulture, $"HAProxy takes {worker.MaxConnections} connections, shall take {maxconn}"));
                    break;
                case Frontend when !section.IsDisabled:
                    found.AddRange(OfFrontend(section, proxies.Frontend(section.Name)));
                    break;
                case Backend when proxies.Backend(section.Name) is null:
                    found.Add($"HAProxy has no backend {section.Name}");
                    break;
                default:
                    break;
            }
        }

        return found.ToValueList();
    }

    private static IEnumerable<string> OfFrontend(Section section, StatRow? row)
    {
        if (row is null)
        {
            yield return $"HAProxy has no frontend {section.Name}";
        }
        else if (row.Status is not ("OPEN" or "FULL"))
        {
            yield return $"frontend {section.Name} is {row.Status}, shall be OPEN";
        }
        else if (section.Maxconn is { } maxconn && row.SessionLimit != maxconn)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"frontend {section.Name} takes {row.SessionLimit} connections, shall take {maxconn}");
        }
    }

    private static List<Section> Sections(string config)
    {
        var sections = new List<Section>();
        var section = new Section("", "", null, IsDisabled: false);
        foreach (var line in config.Split('\n'))
        {
            if (SectionWords.IsSection(line, out var keyword, out var name))
            {
                sections.Add(section);
                section = new Section(keyword.ToString(), name, null, IsDisabled: false);
            }
            else if (line.TrimStart() is ['m', 'a', 'x', 'c', 'o', 'n', 'n', ' ', .. var number])
            {
                section = section with { Maxconn = int.TryParse(number.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null };
            }
            else if (line.Trim() == "disabled")
            {
                section = section with { IsDisabled = true };
            }
        }

        sections.Add(section);
        return sections;
    }

    private sealed record Section(string Keyword, string Name, int? Maxconn, bool IsDisabled);
}
