// The second configuration file: what belongs to the host and not to a load balancer, as the group HAProxy runs as (G1).
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy;

/// <summary>Makes sure that the file is there; images bring their own.</summary>
internal static class HaproxyUserGroup
{
    // HAProxy's own HTTP client is for Lua only, which is not used here. For its sake every check, start and reload parses the host's
    // CA bundle (HAProxy configuration manual 3.5, httpclient.ssl.verify): 150 files, five sixths of checking a small configuration.
    private const string NoSystemAuthorities = ".if version_atleast(2.6)\n    httpclient.ssl.verify none\n.endif\n";

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes it when it is absent: group nogroup where the system has one (Debian), else haproxy (Red Hat).</summary>
    public static void Ensure(HaproxyOptions options)
    {
        if (!File.Exists(options.UserGroupFile))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(options.UserGroupFile)!);
            AtomicFile.WriteText(options.UserGroupFile, $"global\n    group {Group()}\n{NoSystemAuthorities}", Mode);
        }
    }

    private static string Group() =>
        File.ReadLines("/etc/group").Any(line => line.StartsWith("nogroup:", StringComparison.Ordinal)) ? "nogroup" : "haproxy";
}
