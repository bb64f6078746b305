// A server line: name, address, port, options.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>What <c>server &lt;name&gt; &lt;address&gt;:&lt;port&gt; &lt;options&gt;</c> says. Two are equal when they say the same in the same order,
/// however they are spelled.</summary>
/// <param name="Name">Of a member: its id.</param>
/// <param name="Address">IPv4 or IPv6.</param>
/// <param name="Port">1–65535.</param>
/// <param name="Options">In the order of the line; HAProxy lets the last of two win.</param>
internal sealed record ServerLine(string Name, IPAddress Address, int Port, ValueList<ServerOption> Options)
{
    /// <summary>With brackets when it is IPv6 (config-rendering E7).</summary>
    public string AddressText => Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();

    /// <summary>Reads a line.</summary>
    /// <returns>Null for any other line, a server whose address is not written as one, an option that no template of ours or of Octavia has,
    /// and a line that HAProxy refuses or whose words depend on its environment.</returns>
    public static ServerLine? Read(HaproxyLine line)
    {
        if (line.Count < 3 || !line[0].Is("server") || (line.Marks & (LineMarks.Faults | LineMarks.Expansion)) != 0
            || !AddressWord.TryParse(line[2].Value, out var address, out var port))
        {
            return null;
        }

        var options = new List<ServerOption>(line.Count - 3);
        for (var at = 3; at < line.Count;)
        {
            if (ServerOption.Read(line, at) is not { } option)
            {
                return null;
            }

            options.Add(option);
            at += option.Argument is null ? 1 : 2;
        }

        return new ServerLine(line[1].ToString(), address, port, options.ToValueList());
    }

    /// <summary>True when the option is there.</summary>
    public bool Has(string keyword) => Options.Exists(option => option.Keyword == keyword);

    /// <summary>The argument that counts among those of a keyword: the last; null when there is none.</summary>
    public string? Value(string keyword)
    {
        for (var i = Options.Count - 1; i >= 0; i--)
        {
            if (Options[i].Keyword == keyword)
            {
                return Options[i].Argument;
            }
        }

        return null;
    }

    /// <summary>The line without some options.</summary>
    public ServerLine Without(IReadOnlyCollection<string> keywords) => this with { Options = Options.Where(option => !keywords.Contains(option.Keyword)).ToValueList() };

    /// <summary>The line with an option, at its end when it is new.</summary>
    public ServerLine With(string keyword, string? argument)
    {
        var option = new ServerOption(keyword, argument);
        return this with { Options = Has(keyword) ? Options.ConvertAll(old => old.Keyword == keyword ? option : old) : [.. Options, option] };
    }

    /// <summary>Writes the line without indent and line end, of a server whose words need no quotes.</summary>
    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"server {Name} {AddressText}:{Port}");
        foreach (var option in Options)
        {
            text.Append(' ').Append(option.Keyword);
            if (option.Argument is { } argument)
            {
                text.Append(' ').Append(argument);
            }
        }
    }
}
