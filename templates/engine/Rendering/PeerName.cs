// The name an amphora has in HAProxy's peers section (config-rendering P3).
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Amphora.Templates.Rendering;

/// <summary>HAProxy peer names: both amphorae of a pair have to compute the same one from an id.</summary>
public static class PeerName
{
    /// <summary>Base64 of the SHA-1 of the id's text with <c>_</c> for <c>+</c> and <c>-</c> for <c>/</c>, without padding; a leading <c>-</c>
    /// becomes <c>x</c>, because <c>haproxy -L</c> would take it for an option.</summary>
    /// <param name="amphoraId">The amphora's id in lower case, as the document spells it.</param>
    [SuppressMessage("Security", "CA5350", Justification = "a short name, not a protection; upstream's choice")]
    public static string Of(string amphoraId)
    {
        var digest = SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(amphoraId));
        var name = Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '_').Replace('/', '-');
        return name[0] == '-' ? "x" + name[1..] : name;
    }

    /// <inheritdoc cref="Of(string)"/>
    public static string Of(Guid amphoraId) => Of(amphoraId.ToString("D"));
}
