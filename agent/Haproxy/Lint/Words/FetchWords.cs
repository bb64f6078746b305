// Sample fetches that name something: req.hdr(host).
using System.Buffers;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Sample fetches of L7 rules and of cookies that keep a session. What stands in parentheses is split once more by HAProxy: bare it
/// may hold no quote, comma, parenthesis or backslash, in double quotes it may hold anything a name may (E3, I4, I5).</summary>
internal static class FetchWords
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    // RFC 7230. The semicolon is none of it: Octavia prints & as &amp; (UD1).
    private const string BareTokenCharacters = Letters + Digits + "!#$%&*+-.^_`|~;";

    private static readonly SearchValues<char> Token = SearchValues.Create(BareTokenCharacters + "'");
    private static readonly SearchValues<char> BareToken = SearchValues.Create(BareTokenCharacters);
    private static readonly SearchValues<char> Field = SearchValues.Create(Letters + Digits + "-");

    /// <summary>True for what a rule looks at and compares with a pattern (L7–L11, L14).</summary>
    public static bool IsOfRule(ReadOnlySpan<char> word) =>
        word is "path" or "path_end" || IsOf(word, "req.hdr(") || IsOf(word, "req.cook(") || IsField(word);

    /// <summary>True for a fetch of a header or cookie.</summary>
    /// <param name="word">The word.</param>
    /// <param name="begin">Name and opening parenthesis.</param>
    public static bool IsOf(ReadOnlySpan<char> word, ReadOnlySpan<char> begin)
    {
        if (Argument(word, begin) is not { Length: > 0 } argument)
        {
            return false;
        }

        return argument is ['"', .. var quoted, '"']
            ? quoted.Length > 0 && !quoted.ContainsAnyExcept(Token)
            : !argument.ContainsAnyExcept(BareToken);
    }

    private static bool IsField(ReadOnlySpan<char> word) =>
        Argument(word, "ssl_c_s_dn(") is { Length: > 0 } field && char.IsAsciiLetter(field[0]) && !field.ContainsAnyExcept(Field);

    // Empty when it is another word.
    private static ReadOnlySpan<char> Argument(ReadOnlySpan<char> word, ReadOnlySpan<char> begin) =>
        word.StartsWith(begin) && word.Length > begin.Length && word[^1] == ')' ? word[begin.Length..^1] : default;
}
