// To which load balancer of API 2.0 a service of keepalived belongs.
namespace Amphora.Agent.Keepalived;

/// <summary>Reads the accounts the executor keeps; they are there before the service is, and as long as it is.</summary>
internal static class KeepalivedOwner
{
    /// <summary>The load balancer, or null when none has the service.</summary>
    /// <param name="basePath">Option <c>base_path</c>.</param>
    /// <param name="unit">Name of the service.</param>
    public static string? Of(string basePath, string unit)
    {
        var account = Path.GetFileName(new KeepalivedPaths(basePath).OwnedUnits("any"));
        foreach (var directory in Directory.Exists(basePath) ? Directory.EnumerateDirectories(basePath) : [])
        {
            var file = Path.Combine(directory, account);
            if (File.Exists(file) && File.ReadLines(file).Contains(unit))
            {
                return Path.GetFileName(directory);
            }
        }

        return null;
    }
}
