// Whose a server line is, in a comment at its end, so that the file alone says it.
namespace Amphora.Agent.Haproxy.Slots;

/// <summary>Writes and reads <c># member ID</c>, <c># left by ID</c> and <c># free</c>.</summary>
internal static class SlotComment
{
    private const string Member = "member ", Left = "left by ", Free = "free";

    /// <summary>The words behind <c># </c>.</summary>
    public static string Write(Slot slot) => slot.Use switch
    {
        SlotUse.Member => Member + slot.MemberId,
        SlotUse.Left => Left + slot.MemberId,
        _ => Free,
    };

    /// <summary>Reads a comment without its <c>#</c>; anything else is no comment of ours, and the line belongs to the member it is named after.</summary>
    public static (SlotUse Use, string? MemberId) Read(ReadOnlySpan<char> comment, string serverName)
    {
        var words = comment.Trim();
        return words.SequenceEqual(Free) ? (SlotUse.Free, null)
            : words.StartsWith(Member, StringComparison.Ordinal) ? (SlotUse.Member, words[Member.Length..].ToString())
            : words.StartsWith(Left, StringComparison.Ordinal) ? (SlotUse.Left, words[Left.Length..].ToString())
            : (SlotUse.Member, serverName);
    }
}
