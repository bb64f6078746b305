// The two metrics that are not HAProxy's: how busy the amphora is.
using System.Globalization;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Prometheus;

/// <summary>CPU and memory, as Prometheus text.</summary>
internal static class HostGauges
{
    /// <summary>Both, of this moment.</summary>
    public static string Read() => Render(File.ReadAllText("/proc/loadavg"), File.ReadAllText("/proc/meminfo"), Environment.ProcessorCount);

    /// <summary>Pure.</summary>
    /// <param name="loadAverage">/proc/loadavg; its first word is the load of the last minute.</param>
    /// <param name="memory">/proc/meminfo.</param>
    /// <param name="processors">How many.</param>
    public static string Render(string loadAverage, string memory, int processors)
    {
        var load = double.Parse(loadAverage.Split(' ')[0], CultureInfo.InvariantCulture);
        var values = MemoryFields.Parse(memory);
        var total = values.GetValueOrDefault("MemTotal");
        var used = total == 0 ? 0 : (total - values.GetValueOrDefault("MemAvailable")) * 100.0 / total;
        return string.Create(CultureInfo.InvariantCulture, $"""
            # HELP octavia_loadbalancer_cpu Load of the amphora's processors over the last minute, in percent.
            # TYPE octavia_loadbalancer_cpu gauge
            octavia_loadbalancer_cpu {load / processors * 100:F1}
            # HELP octavia_loadbalancer_memory Memory of the amphora in use, in percent.
            # TYPE octavia_loadbalancer_memory gauge
            octavia_loadbalancer_memory {used:F1}

            """);
    }
}
