// Lines that are hard to split.
namespace Amphora.Agent.Tests.Haproxy.Model;

internal static class RandomLine
{
    private static readonly string[] s_pieces =
    [
        "a", "b", "word", " ", " ", "\t", "\v", "\f", "\r", "'", "'", "\"", "\"", "\\", "\\\\", "\\ ", "\\'", "\\\"", "\\#", "\\n", "\\x41", "\\x00", "\\xc3\\xa9",
        "\\x", "\\q", "#", "$", "\\$", "\"$", "${", "}", "\"${AMPHORA_NO-", "\"$AMPHORA_NO\"", "[*]", "é", "\u2028", "-", "--", ".", "!", "%[src]", "(", ",",
    ];

    /// <summary>Pieces in a row, mostly few.</summary>
    public static string Of(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));
}
