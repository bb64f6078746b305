// After a reboot: pid files of processes that are no more.
using Amphora.Agent.Services;

namespace Amphora.Agent.Keepalived;

/// <summary>keepalived does not start while a pid file of its names a process that lives, whatever process that is: after a power failure the
/// numbers of before may be anybody's, and they stay on the disk because base_path does.</summary>
internal static class StalePidFiles
{
    private static readonly string[] Folders = ["vrrp", "lvs"];

    /// <summary>Deletes those below base_path whose process is not the keepalived they were given to.</summary>
    public static void Remove(string basePath)
    {
        foreach (var directory in Folders.Select(name => Path.Combine(basePath, name)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*.pid").Where(PidFile.NamesAStranger))
            {
                File.Delete(file);
            }
        }
    }
}
