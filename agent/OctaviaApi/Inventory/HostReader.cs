// How the amphora is doing: GET /1.0/details but for its listeners.
using Amphora.Agent.Actions;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.OctaviaApi.Inventory;

/// <summary>Measures the host (octavia/amphorae/backends/agent/api_server/amphora_info.py).</summary>
internal sealed class HostReader(OctaviaApiOptions options)
{
    /// <summary>The figures now; the counts are the inventory's.</summary>
    public AmphoraDetails Read(AmphoraVersions versions)
    {
        var stat = File.ReadAllText("/proc/stat");
        var root = new DriveInfo("/");
        return new AmphoraDetails
        {
            Hostname = versions.Hostname,
            HaproxyVersion = versions.HaproxyVersion,
            KeepalivedVersion = versions.KeepalivedVersion,
            IpvsadmVersion = versions.IpvsadmVersion,
            Networks = ReadNetworks(),
            CpuCount = HostFigures.CountCpus(stat),
            Cpu = HostFigures.ParseCpu(stat),
            Memory = HostFigures.ParseMemory(File.ReadAllText("/proc/meminfo")),
            Disk = new DiskFigures(root.TotalSize - root.TotalFreeSpace, root.AvailableFreeSpace),
            Load = HostFigures.ParseLoad(File.ReadAllText("/proc/loadavg")),
            ActiveTunedProfiles = TunedProfiles.Read(),
        };
    }

    private SortedDictionary<string, NetworkFigures> ReadNetworks()
    {
        var networks = new SortedDictionary<string, NetworkFigures>(StringComparer.Ordinal);
        try
        {
            if (NetworkNamespace.Exists(options.NetworkNamespace))
            {
                using var netlink = RouteNetlink.Open(options.NetworkNamespace);
                foreach (var link in netlink.ReadTraffic())
                {
                    if (link.Name.StartsWith("eth", StringComparison.Ordinal))
                    {
                        networks[link.Name] = new NetworkFigures(link.SentBytes, link.ReceivedBytes);
                    }
                }
            }
        }
        catch (LinuxException)
        {
            // The namespace was taken away while it was read: there are no networks.
            networks.Clear();
        }

        return networks;
    }
}

/// <summary>Body of GET /1.0/details.</summary>
internal sealed record AmphoraDetails : AmphoraVersions
{
    /// <summary>By interface: those in the namespace whose names begin with <c>eth</c>.</summary>
    public required SortedDictionary<string, NetworkFigures> Networks { get; init; }

    /// <summary>Always true.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Load balancers whose HAProxy runs.</summary>
    public int HaproxyCount { get; init; }

    /// <summary>CPUs that are on line.</summary>
    public required int CpuCount { get; init; }

    /// <summary>CPU time.</summary>
    public required CpuTimes Cpu { get; init; }

    /// <summary>Memory.</summary>
    public required MemoryFigures Memory { get; init; }

    /// <summary>Root file system.</summary>
    public required DiskFigures Disk { get; init; }

    /// <summary>Load averages of 1, 5 and 15 minutes, as text.</summary>
    public required string[] Load { get; init; }

    /// <summary>Profiles of tuned, blank-separated; empty without tuned.</summary>
    public required string ActiveTunedProfiles { get; init; }

    /// <summary>Always <c>SINGLE</c>, whatever the topology: upstream's answer.</summary>
    public string Topology { get; init; } = "SINGLE";

    /// <summary>Always <c>OK</c>.</summary>
    public string TopologyStatus { get; init; } = "OK";

    /// <summary>Ids of all listeners, sorted.</summary>
    public string[] Listeners { get; init; } = [];

    /// <summary>Always empty.</summary>
    public SortedDictionary<string, string> Packages { get; init; } = [];

    /// <summary>LVS listeners whose keepalived runs.</summary>
    public int LvsListenerProcessCount { get; init; }
}
