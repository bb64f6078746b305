// A line `server …` of a backend (HAProxy configuration manual 5.2), as far as Octavia's model writes one.
using System.Globalization;
using System.Net;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>An option of a server.</summary>
/// <param name="Keyword">As <c>weight</c>.</param>
/// <param name="Argument">Its argument; null: it takes none.</param>
internal sealed record ServerOption(string Keyword, string? Argument)
{
    /// <inheritdoc/>
    public override string ToString() => Argument is null ? Keyword : $"{Keyword} {Argument}";
}

/// <summary>Name, address, port and options in order.</summary>
internal sealed record ServerLine
{
    /// <summary>Most words of a line HAProxy reads (MAX_LINE_ARGS).</summary>
    private const int MaxWords = 64;

    // Sets of references: of structs, each would add its own code to the native program.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_switches = new HashSet<string>(StringComparer.Ordinal)
    {
        "backup", "check", "check-ssl", "disabled", "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "send-proxy", "send-proxy-v2",
        "send-proxy-v2-ssl-cn", "ssl",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_settings = new HashSet<string>(StringComparer.Ordinal)
    {
        "addr", "alpn", "ca-file", "check-alpn", "ciphers", "ciphersuites", "cookie", "crl-file", "crt", "fall", "inter", "port", "rise", "sni",
        "ssl-max-ver", "ssl-min-ver", "verify", "weight",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>HAProxy's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where connections go.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>1–65535.</summary>
    public required int Port { get; init; }

    /// <summary>In the order of the line.</summary>
    public ValueList<ServerOption> Options { get; init; }

    /// <summary>With brackets when it is IPv6 (E7).</summary>
    public string AddressText => Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();

    /// <summary>Reads a line without its comment.</summary>
    /// <returns>Null when it is not a server's, or has quotes, escapes or an option that is not known here: then nothing of it is changed.</returns>
    public static ServerLine? TryParse(ReadOnlySpan<char> line)
    {
        Span<Range> words = stackalloc Range[MaxWords + 1];
        var count = line.SplitAny(words, " \t\r", StringSplitOptions.RemoveEmptyEntries);
        if (count is < 3 or > MaxWords || line[words[0]] is not "server" || line.IndexOfAny("'\"\\") >= 0
            || ParsePlace(line[words[2]]) is not { } place)
        {
            return null;
        }

        var options = new List<ServerOption>(count - 3);
        for (var i = 3; i < count; i++)
        {
            if (s_switches.TryGetValue(line[words[i]], out var keyword))
            {
                options.Add(new ServerOption(keyword, Argument: null));
            }
            else if (i + 1 < count && s_settings.TryGetValue(line[words[i]], out keyword))
            {
                options.Add(new ServerOption(keyword, line[words[++i]].ToString()));
            }
            else
            {
                return null;
            }
        }

        var server = new ServerLine { Name = line[words[1]].ToString(), Address = place.Address, Port = place.Port, Options = options.ToValueList() };
        return server.IsReadable ? server : null;
    }

    /// <summary>True when the option is there.</summary>
    public bool Has(string keyword) => Options.Exists(option => option.Keyword == keyword);

    /// <summary>The option's argument; null when it is not there.</summary>
    public string? Value(string keyword) => Options.FirstOrDefault(option => option.Keyword == keyword)?.Argument;

    /// <summary>The line without some options.</summary>
    public ServerLine Without(IReadOnlyCollection<string> keywords) => this with { Options = Options.Where(option => !keywords.Contains(option.Keyword)).ToValueList() };

    /// <summary>The line with an option, at its end when it is new.</summary>
    public ServerLine With(string keyword, string? argument)
    {
        var option = new ServerOption(keyword, argument);
        return this with { Options = Has(keyword) ? Options.ConvertAll(old => old.Keyword == keyword ? option : old) : [.. Options, option] };
    }

    /// <summary>Writes the line without indent and line end.</summary>
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

    // The arguments that are looked at again.
    private bool IsReadable => (Value("weight") is not { } weight || IsNumber(weight, 256)) && (Value("port") is not { } port || IsNumber(port, ushort.MaxValue))
        && (Value("addr") is not { } address || IPAddress.TryParse(address, out _));

    private static bool IsNumber(string text, int max) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max;

    // The last colon separates the port; IPv6 comes with and without brackets (E7).
    private static (IPAddress Address, int Port)? ParsePlace(ReadOnlySpan<char> place)
    {
        var colon = place.LastIndexOf(':');
        return colon > 0 && IPAddress.TryParse(place[..colon].Trim("[]"), out var address)
            && int.TryParse(place[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? (address, port)
            : null;
    }
}
