// What tenants write, as far as it may be in a word.
using System.Buffers;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Values that are a tenant's own text. Whatever they hold they are one word here: the text was split before.</summary>
internal static class TextWords
{
    private const string HstsAge = "max-age=";

    private static readonly SearchValues<char> CipherCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+!:@=_.");

    private static readonly string[] Protocols = ["h2", "http/1.1", "http/1.0"];

    /// <summary>True for text without control characters.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> word)
    {
        foreach (var character in word)
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }

        return word.Length > 0;
    }

    /// <summary>True for names of ciphers or suites (I1).</summary>
    public static bool IsCiphers(ReadOnlySpan<char> word) => word.Length > 0 && !word.ContainsAnyExcept(CipherCharacters);

    /// <summary>True for protocols of Octavia's list with commas between them (F12).</summary>
    public static bool IsAlpn(ReadOnlySpan<char> word)
    {
        foreach (var range in word.Split(','))
        {
            if (!Protocols.AsSpan().Contains(word[range].ToString()))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for the target of a redirect (I2).</summary>
    public static bool IsUrl(ReadOnlySpan<char> word) =>
        (word.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || word.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && IsPrintable(word) && !word.Contains(' ');

    /// <summary>True for the path of a health monitor (I6).</summary>
    public static bool IsPath(ReadOnlySpan<char> word) =>
        word is ['/'] or ['/', not '/', ..] && IsPrintable(word) && !word.ContainsAny(' ', '#');

    /// <summary>True for the version of a health monitor's request. Before the version that knows <c>http-check send</c> Octavia wrote the
    /// header line behind it (B12).</summary>
    public static bool IsHttpVersion(ReadOnlySpan<char> word)
    {
        if (!word.StartsWith("HTTP/1.0") && !word.StartsWith("HTTP/1.1"))
        {
            return false;
        }

        const string Host = "\r\nHost: ";
        var behind = word["HTTP/1.x".Length..];
        return behind is "" or "\r\n" || (behind.StartsWith(Host) && NameWords.IsHostName(behind[Host.Length..]));
    }

    /// <summary>True for the value of Strict-Transport-Security (F4).</summary>
    public static bool IsHsts(ReadOnlySpan<char> word)
    {
        var semicolon = word.IndexOf(';');
        return semicolon > 0
            && word.StartsWith(HstsAge)
            && NumberWords.IsNumber(word[HstsAge.Length..semicolon], 0, int.MaxValue)
            && word[(semicolon + 1)..] is "" or " includeSubDomains;" or " preload;" or " includeSubDomains; preload;";
    }

    /// <summary>True for the pattern of a rule (I3) that cannot be taken for a flag (UD5).</summary>
    public static bool IsBarePattern(ReadOnlySpan<char> word) => word is not ['-', ..] && IsPrintable(word);
}
