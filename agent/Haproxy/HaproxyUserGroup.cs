// The second configuration file: the group HAProxy runs as, which differs between distributions (G1).
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy;

/// <summary>Makes sure that the file is there; images bring their own.</summary>
internal static class HaproxyUserGroup
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes it when it is absent: group nogroup where the system has one (Debian), else haproxy (Red Hat).</summary>
    public static void Ensure(HaproxyOptions options)
    {
        if (!File.Exists(options.UserGroupFile))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(options.UserGroupFile)!);
            AtomicFile.WriteText(options.UserGroupFile, $"global\n    group {Group()}\n", Mode);
        }
    }

    private static string Group() =>
        File.ReadLines("/etc/group").Any(line => line.StartsWith("nogroup:", StringComparison.Ordinal)) ? "nogroup" : "haproxy";
}
