// Who owns a file.
using Amphora.Linux.Native;

namespace Amphora.Linux.Files;

/// <summary>User and group of a file, as numbers.</summary>
/// <param name="User">User id.</param>
/// <param name="Group">Group id.</param>
public sealed record FileOwner(uint User, uint Group)
{
    /// <summary>root:root.</summary>
    public static FileOwner Root { get; } = new(0, 0);

    /// <summary>The owner of a file, of a link itself; null when there is none.</summary>
    public static FileOwner? Of(string path)
    {
        if (Libc.statx(Libc.AT_FDCWD, path, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_UID | Libc.STATX_GID, out var found) == 0)
        {
            return new FileOwner(found.stx_uid, found.stx_gid);
        }

        return Libc.LastError == Libc.ENOENT ? null : throw new LinuxException($"stat {path}", Libc.LastError);
    }
}
