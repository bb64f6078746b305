// Log formats: operator text, of which only what is in %[…] can do harm (I11).
using System.Buffers;
using System.Collections.Frozen;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Text, aliases (<c>%ci</c>, <c>%{+Q}r</c>) and expressions (<c>%[ssl_c_s_dn(cn),lower]</c>) that tell of the connection and the
/// request: none that reads files, runs Lua or shows the environment.</summary>
internal static class LogFormatWord
{
    private static readonly SearchValues<char> Flags = SearchValues.Create("+-,QXEHBM");
    private static readonly SearchValues<char> Names = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly SearchValues<char> ArgumentEnd = SearchValues.Create("()[]\"'\\");

    private static readonly string[] FetchFamilies = ["ssl_", "req.", "res.", "capture.", "src", "dst", "fc_", "bc_", "fe_", "be_", "srv_", "txn.", "sc_", "sc0_", "sc1_", "sc2_"];

    private static readonly FrozenSet<string> Fetches = FrozenSet.Create(
        StringComparer.Ordinal,
        "base", "date", "distcc_param", "http_first_req", "hostname", "method", "path", "pathq", "query", "rand", "status", "unique-id", "url", "uuid", "var");

    private static readonly FrozenSet<string> Converters = FrozenSet.Create(
        StringComparer.Ordinal,
        "add", "base64", "bool", "bytes", "crc32", "div", "field", "hex", "http_date", "iif", "ipmask", "json", "language", "length", "lower", "ltime", "ltrim",
        "mul", "regsub", "rtrim", "sha1", "sha2", "sub", "upper", "url_dec", "url_enc", "utime", "word", "xxh32", "xxh64");

    /// <summary>True for such a text.</summary>
    public static bool IsFormat(ReadOnlySpan<char> word)
    {
        if (!TextWords.IsPrintable(word))
        {
            return false;
        }

        while (word.IndexOf('%') is var percent and >= 0)
        {
            var taken = TakeItem(word[(percent + 1)..]);
            if (taken == 0)
            {
                return false;
            }

            word = word[(percent + 1 + taken)..];
        }

        return true;
    }

    // How many characters behind the percent sign belong to it; 0 when it may not be.
    private static int TakeItem(ReadOnlySpan<char> text)
    {
        if (text is ['%', ..])
        {
            return 1;
        }

        var at = 0;
        if (text is ['{', ..])
        {
            at = text.IndexOf('}') + 1;
            if (at == 0 || text[1..(at - 1)].ContainsAnyExcept(Flags))
            {
                return 0;
            }
        }

        if (at < text.Length && char.IsAsciiLetter(text[at]))
        {
            return at + 1;
        }

        if (at == text.Length || text[at] != '[')
        {
            return 0;
        }

        var length = ExpressionLength(text[(at + 1)..]);
        return length == 0 ? 0 : at + 1 + length;
    }

    // A fetch and converters, with the closing bracket; 0 when one of them may not be.
    private static int ExpressionLength(ReadOnlySpan<char> text)
    {
        var isFetch = true;
        for (var at = 0; at < text.Length;)
        {
            var name = text[at..];
            var end = name.IndexOfAnyExcept(Names);
            if (end <= 0 || !(isFetch ? IsFetch(name[..end].ToString()) : Converters.Contains(name[..end].ToString())))
            {
                return 0;
            }

            isFetch = false;
            at += end;
            if (text[at] == '(')
            {
                var close = text[(at + 1)..].IndexOfAny(ArgumentEnd);
                if (close < 0 || text[at + 1 + close] != ')')
                {
                    return 0;
                }

                at += close + 2;
            }

            if (at == text.Length || text[at] is not (',' or ']'))
            {
                return 0;
            }

            at++;
            if (text[at - 1] == ']')
            {
                return at;
            }
        }

        return 0;
    }

    private static bool IsFetch(string name) => Fetches.Contains(name) || FetchFamilies.Any(family => name.StartsWith(family, StringComparison.Ordinal));
}
