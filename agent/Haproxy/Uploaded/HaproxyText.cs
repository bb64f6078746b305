// What the agent reads back from a haproxy.cfg that came as text (agent-api §9). Pure.
using System.Net;
using System.Text.RegularExpressions;
using Amphora.Agent.Haproxy.Model;
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
        var document = HaproxyDocument.Parse(text);
        var socket = document.Lines.Where(static line => line.Count > 2 && line.StartsWith("stats", "socket")).Select(static line => line[2].ToString()).FirstOrDefault();
        if (socket is null)
        {
            return new Failure(Step, $"cannot {Step}: it names no stats socket");
        }

        var frontends = new List<HaproxyFrontend>();
        foreach (var section in document.Sections.Where(static section => section.Keyword == "frontend"))
        {
            if (Frontend(section) is not { } frontend)
            {
                return new Failure(Step, $"cannot {Step}: frontend {section.Name} has no mode");
            }

            frontends.Add(frontend);
        }

        return new HaproxyText(frontends.ToValueList(), socket);
    }

    /// <summary>The addresses HAProxy binds, each once: what is announced after a start. Host names, <c>*</c> and loopback have nobody
    /// to be announced to.</summary>
    public static ValueList<IPAddress> Vips(string text) =>
        Binds(text).Select(static bind => bind.Address).Where(static vip => !IPAddress.IsLoopback(vip)).Distinct().ToValueList();

    /// <summary>What the <c>bind</c> lines say, as far as it is an address.</summary>
    /// <returns>Address and port; the port is text: HAProxy knows ranges.</returns>
    public static IEnumerable<(IPAddress Address, string Port)> Binds(string text)
    {
        foreach (var line in HaproxyDocument.Parse(text).Lines)
        {
            if (!line.StartsWith("bind"))
            {
                continue;
            }

            foreach (var word in FirstWithColon(line).Split(','))
            {
                var colon = word.LastIndexOf(':');
                if (colon > 0 && IPAddress.TryParse(word[..colon].Trim('[', ']'), out var address))
                {
                    yield return (address, word[(colon + 1)..]);
                }
            }
        }
    }

    /// <summary>Takes the <c>group</c> lines out that an old controller sends: the group comes from the second configuration file. It is
    /// upstream's own expression, because what is stored, and its ETag, is what is left.</summary>
    public static string WithoutGroup(string text) => Group().Replace(text, "");

    private static HaproxyFrontend? Frontend(HaproxySection section)
    {
        string? mode = null;
        var terminatesTls = false;
        foreach (var line in section.Directives)
        {
            mode ??= line.Count > 1 && line[0].Is("mode") ? line[1].ToString() : null;
            terminatesTls |= line.Count > 4 && line[0].Is("bind") && line[2].Is("ssl") && line[3].Is("crt-list");
        }

        return mode is null ? null : new HaproxyFrontend(section.Name, mode, terminatesTls);
    }

    private static string FirstWithColon(HaproxyLine line)
    {
        for (var i = 1; i < line.Count; i++)
        {
            if (line[i].Value.Contains(':'))
            {
                return line[i].ToString();
            }
        }

        return "";
    }

    [GeneratedRegex(@"\s+group\s.+")]
    private static partial Regex Group();
}

/// <summary>A frontend: one listener.</summary>
/// <param name="Id">Its name, which is the listener's id.</param>
/// <param name="Mode">As <c>http</c>.</param>
/// <param name="TerminatesTls">True when the address of a bind line is followed by a crt-list.</param>
internal sealed record HaproxyFrontend(string Id, string Mode, bool TerminatesTls);
