// The arguments of the VRRP check, as keepalived's script gives them.
namespace Amphora.Agent.Keepalived;

/// <summary>What <c>amphora-agent vrrp-check</c> is to look at.</summary>
/// <param name="BasePath">Everything under it; null: only the sockets.</param>
/// <param name="Sockets">HAProxy's stats sockets.</param>
internal sealed record VrrpCheckRequest(string? BasePath, IReadOnlyList<string> Sockets)
{
    /// <summary>Reads a whole command line without the parser of all the others, which takes longer to set up than the check itself:
    /// keepalived runs it every few seconds.</summary>
    /// <returns>Null unless it is <c>vrrp-check [--base-path DIR] [SOCKET…]</c> with absolute paths: everything else, help and mistakes
    /// among them, is the parser's.</returns>
    public static VrrpCheckRequest? Read(ReadOnlySpan<string> arguments)
    {
        if (arguments is not ["vrrp-check", .. var rest])
        {
            return null;
        }

        string? basePath = null;
        if (rest is ["--base-path", var directory, .. var others])
        {
            basePath = directory;
            rest = others;
            if (!Path.IsPathRooted(basePath))
            {
                return null;
            }
        }

        foreach (var socket in rest)
        {
            if (!Path.IsPathRooted(socket))
            {
                return null;
            }
        }

        return new VrrpCheckRequest(basePath, rest.ToArray());
    }
}
