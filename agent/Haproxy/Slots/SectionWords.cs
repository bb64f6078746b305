// The words of a configuration that say where a section begins and what a backend is like.
namespace Amphora.Agent.Haproxy.Slots;

/// <summary>Looks at one line.</summary>
internal static class SectionWords
{
    // Manual, chapters 2 to 4 and 12: what begins a section.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> s_sections = new HashSet<string>(StringComparer.Ordinal)
    {
        "backend", "cache", "defaults", "fcgi-app", "frontend", "global", "http-errors", "listen", "mailers", "peers", "program", "resolvers", "ring", "userlist",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True when the line begins a section.</summary>
    /// <param name="line">With or without line end.</param>
    /// <param name="keyword">As <c>backend</c>.</param>
    /// <param name="name">Its name; empty: none.</param>
    public static bool IsSection(ReadOnlySpan<char> line, out ReadOnlySpan<char> keyword, out string name)
    {
        Span<Range> words = stackalloc Range[3];
        var count = line.SplitAny(words, " \t\r\n", StringSplitOptions.RemoveEmptyEntries);
        keyword = count > 0 ? line[words[0]] : default;
        var isSection = count > 0 && s_sections.Contains(keyword);
        name = isSection && count > 1 ? line[words[1]].ToString() : "";
        return isSection;
    }

    /// <summary>What a line of a backend says about it.</summary>
    public static SlottedBackend Look(SlottedBackend backend, ReadOnlySpan<char> line)
    {
        Span<Range> words = stackalloc Range[3];
        var count = line.SplitAny(words, " \t\r\n", StringSplitOptions.RemoveEmptyEntries);
        return count == 0 ? backend
            : line[words[0]] switch
            {
                "balance" when count > 1 => backend with { Balance = line[words[1]].ToString() },
                "cookie" => backend with { HasCookie = true },
                _ => backend,
            };
    }
}
