// The options of server lines and whether they take a word (HAProxy configuration manual 5.2).
using System.Collections.Frozen;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>An option of a server line.</summary>
/// <param name="Keyword">As <c>weight</c>.</param>
/// <param name="Argument">What stands behind it, as <c>10</c>; null: it takes nothing.</param>
internal sealed record ServerOption(string Keyword, string? Argument)
{
    // Those of the templates, ours and Octavia's, and what the agent may add to them for itself.
    private static readonly string[] Bare =
    [
        "backup", "check", "check-send-proxy", "check-ssl", "disabled", "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "send-proxy",
        "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "ssl",
    ];

    private static readonly string[] WithArgument =
    [
        "addr", "alpn", "ca-file", "check-alpn", "check-sni", "ciphers", "ciphersuites", "cookie", "crl-file", "crt", "error-limit", "fall", "init-addr",
        "inter", "maxconn", "observe", "on-error", "port", "resolvers", "rise", "sni", "ssl-max-ver", "ssl-min-ver", "verify", "weight",
    ];

    private static readonly FrozenDictionary<string, ServerOption>.AlternateLookup<ReadOnlySpan<char>> BareOptions =
        Bare.ToFrozenDictionary(static keyword => keyword, static keyword => new ServerOption(keyword, Argument: null), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> WithArguments =
        WithArgument.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The option whose keyword is a word of a line; null when it is none that is known, or lacks its argument.</summary>
    public static ServerOption? Read(HaproxyLine line, int word)
    {
        var keyword = line[word].Value;
        if (BareOptions.TryGetValue(keyword, out var bare))
        {
            return bare;
        }

        return WithArguments.TryGetValue(keyword, out var known) && word + 1 < line.Count
            ? new ServerOption(known, line[word + 1].ToString())
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Argument is null ? Keyword : $"{Keyword} {Argument}";
}
