// Which ids may become names of files, directories and units.
using System.Buffers;

namespace Amphora.Agent.Actions;

/// <summary>Ids of load balancers, listeners and amphorae: letters, digits, <c>_</c> and <c>-</c>. API 1.0 does not ask for UUIDs.</summary>
internal static class ObjectId
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>True when the text can be one.</summary>
    public static bool Is(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_allowed);

    /// <summary>The id itself; one that could leave its directory is a bug of the caller.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Checked(string id) => Is(id)
        ? id
        : throw new ArgumentException($"'{id}' cannot be the name of a file: only letters, digits, '_' and '-'", nameof(id));
}
