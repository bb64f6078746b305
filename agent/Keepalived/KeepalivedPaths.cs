// Paths of keepalived's files (appliance-layout §1).
using Amphora.Agent.Actions;

namespace Amphora.Agent.Keepalived;

/// <summary>Calculates every path of keepalived. An id that could leave the directories is a bug of the caller.</summary>
internal sealed class KeepalivedPaths(string basePath)
{
    /// <summary>Name of the VRRP service.</summary>
    public const string VrrpUnit = "octavia-keepalived.service";

    private const string LvsPrefix = "octavia-keepalivedlvs-";
    private static readonly string[] s_lvsEndings = ["conf", "stopped", "pid", "vrrp.pid", "check.pid"];

    /// <summary>VRRP configuration.</summary>
    public string VrrpConfig => Path.Combine(basePath, "vrrp", "octavia-keepalived.conf");

    /// <summary>Process id of the VRRP keepalived.</summary>
    public string VrrpPidFile => Path.Combine(basePath, "vrrp", "octavia-keepalived.pid");

    /// <summary>Process id of its child that speaks VRRP.</summary>
    public string VrrpChildPidFile => Path.Combine(basePath, "vrrp", "octavia-keepalived.vrrp.pid");

    /// <summary>What VRRP's <c>vrrp_script</c> runs (K1).</summary>
    public string CheckScript => Path.Combine(basePath, "vrrp", "check_script.sh");

    /// <summary>Directory of the LVS configurations.</summary>
    public string LvsDirectory => Path.Combine(basePath, "lvs");

    /// <summary>Name of the service of an LVS listener.</summary>
    public static string LvsUnit(string listenerId) => LvsPrefix + ObjectId.Checked(listenerId) + ".service";

    /// <summary>Configuration of an LVS listener.</summary>
    public string LvsConfig(string listenerId) => LvsFile(listenerId, "conf");

    /// <summary>There while API 1.0 has the listener stopped, or not started yet; VrrpCheck leaves it out then.</summary>
    public string LvsStopMarker(string listenerId) => LvsFile(listenerId, "stopped");

    /// <summary>Programs that keepalived runs to check members; searched for those that are named without a directory.</summary>
    public string CheckPrograms => Path.Combine(LvsDirectory, "check");

    /// <summary>A file of an LVS listener, by its ending: conf, stopped, pid, vrrp.pid, check.pid.</summary>
    public string LvsFile(string listenerId, string ending) =>
        Path.Combine(LvsDirectory, $"{LvsPrefix}{ObjectId.Checked(listenerId)}.{ending}");

    /// <summary>Every listener that has a configuration here.</summary>
    public IEnumerable<string> LvsListeners() => !Directory.Exists(LvsDirectory) ? [] : Directory.EnumerateFiles(LvsDirectory, LvsPrefix + "*.conf")
        .Select(static path => Path.GetFileNameWithoutExtension(path)[LvsPrefix.Length..])
        .Where(ObjectId.Is)
        .Order(StringComparer.Ordinal);

    /// <summary>Which services belong to a load balancer, a name a line: names of files do not say it.</summary>
    public string OwnedUnits(string loadBalancerId) => Path.Combine(basePath, ObjectId.Checked(loadBalancerId), "keepalived-units");

    /// <summary>Services whose change was begun and not finished, a name a line.</summary>
    public string ChangeMarker(string loadBalancerId) => Path.Combine(basePath, ObjectId.Checked(loadBalancerId), ".keepalived-changing");

    /// <summary>Texts that wait for <c>keepalived -t</c>.</summary>
    public string Staging(string loadBalancerId) => Path.Combine(basePath, ObjectId.Checked(loadBalancerId), ".keepalived-staging");

    /// <summary>Every file a service may leave behind.</summary>
    public string[] FilesOf(string unit)
    {
        if (unit == VrrpUnit)
        {
            return [VrrpConfig, VrrpPidFile, VrrpChildPidFile, CheckScript];
        }

        var listenerId = unit[LvsPrefix.Length..^".service".Length];
        return [.. s_lvsEndings.Select(ending => LvsFile(listenerId, ending))];
    }
}
