// What the agent reads back from a haproxy.cfg that came as text (agent-api §9). Pure.
using System.Net;
using System.Text.RegularExpressions;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Uploaded;

/// <summary>The few things of a configuration that Octavia's agent knows; everything else in it is opaque.</summary>
/// <param name="Frontends">In the order of the file.</param>
/// <param name="StatsSocket">Path of the first <c>stats socket</c>.</param>
internal sealed partial record HaproxyText(ValueList<HaproxyFrontend> Frontends, string StatsSocket)
{
    private const string Step = "parse haproxy.cfg";

    /// <summary>Reads a configuration; one without <c>stats socket</c>, or with a frontend without <c>mode</c>, is not one of ours.</summary>
    public static Outcome<HaproxyText> Parse(string text)
    {
        var socket = Socket().Match(text);
        if (!socket.Success)
        {
            return new Failure(Step, $"cannot {Step}: it names no stats socket");
        }

        var frontends = new List<HaproxyFrontend>();
        var sections = Section().Matches(text);
        for (var i = 0; i < sections.Count; i++)
        {
            var section = sections[i];
            if (section.Groups[1].Value != "frontend")
            {
                continue;
            }

            var begin = section.Index + section.Length;
            var body = text[begin..(i + 1 < sections.Count ? sections[i + 1].Index : text.Length)];
            if (Frontend(section.Groups[2].Value, body) is not { } frontend)
            {
                return new Failure(Step, $"cannot {Step}: frontend {section.Groups[2].Value} has no mode");
            }

            frontends.Add(frontend);
        }

        return new HaproxyText(frontends.ToValueList(), socket.Groups[1].Value);
    }

    /// <summary>The addresses HAProxy binds, each once: what is announced after a start. Host names, <c>*</c> and loopback have nobody
    /// to be announced to.</summary>
    public static ValueList<IPAddress> Vips(string text) =>
        Binds(text).Select(static bind => bind.Address).Where(static vip => !IPAddress.IsLoopback(vip)).Distinct().ToValueList();

    /// <summary>What the <c>bind</c> lines say, as far as it is an address.</summary>
    /// <returns>Address and port; the port is text: HAProxy knows ranges.</returns>
    public static IEnumerable<(IPAddress Address, string Port)> Binds(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["bind", .. var rest])
            {
                continue;
            }

            foreach (var word in (rest.FirstOrDefault(static word => word.Contains(':', StringComparison.Ordinal)) ?? "").Split(','))
            {
                var colon = word.LastIndexOf(':');
                if (colon > 0 && IPAddress.TryParse(word[..colon].Trim('[', ']'), out var address))
                {
                    yield return (address, word[(colon + 1)..]);
                }
            }
        }
    }

    /// <summary>Takes the <c>group</c> lines out that an old controller sends: the group comes from the second configuration file.</summary>
    public static string WithoutGroup(string text) => Group().Replace(text, "");

    private static HaproxyFrontend? Frontend(string id, string body) => Mode().Match(body) is { Success: true } mode
        ? new HaproxyFrontend(id, mode.Groups[1].Value, CrtList().IsMatch(body))
        : null;

    [GeneratedRegex(@"stats socket\s+(\S+)")]
    private static partial Regex Socket();

    [GeneratedRegex(@"\n(frontend|backend)\s+(\S+)\n")]
    private static partial Regex Section();

    [GeneratedRegex(@"^\s+mode\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Mode();

    [GeneratedRegex(@"^\s+bind\s+\S+\s+ssl crt-list\s+(\S*)", RegexOptions.Multiline)]
    private static partial Regex CrtList();

    [GeneratedRegex(@"\s+group\s.+")]
    private static partial Regex Group();
}

/// <summary>A frontend: one listener.</summary>
/// <param name="Id">Its name, which is the listener's id.</param>
/// <param name="Mode">As <c>http</c>.</param>
/// <param name="TerminatesTls">True when the address of a bind line is followed by a crt-list.</param>
internal sealed record HaproxyFrontend(string Id, string Mode, bool TerminatesTls);
