// What /proc says about the host, as API 1.0 hands it on. Pure.
using System.Globalization;
using Amphora.Linux.Processes;

namespace Amphora.Agent.OctaviaApi.Inventory;

/// <summary>Parsers of proc(5) texts. What a text does not say is 0: a figure that is missing is no reason to answer nothing.</summary>
internal static class HostFigures
{
    // Columns of the line "cpu" of /proc/stat.
    private const int User = 0, System = 2, SoftIrq = 6;

    /// <summary>The jiffies of the first line of /proc/stat.</summary>
    public static CpuTimes ParseCpu(string stat)
    {
        var line = stat.Split('\n', 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var columns = line.Length > 1 && line[0] == "cpu" ? line[1..] : [];
        var total = 0L;
        foreach (var column in columns)
        {
            total += Number(column);
        }

        return new CpuTimes(total, Column(columns, User), Column(columns, System), Column(columns, SoftIrq));
    }

    /// <summary>How many CPUs /proc/stat has a line for.</summary>
    public static int CountCpus(string stat) =>
        stat.Split('\n').Count(static line => line.Length > 3 && line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3]));

    /// <summary>The figures of /proc/meminfo, in kB.</summary>
    public static MemoryFigures ParseMemory(string meminfo)
    {
        var values = MemoryFields.Parse(meminfo);
        return new MemoryFigures
        {
            Total = values.GetValueOrDefault("MemTotal"),
            Free = values.GetValueOrDefault("MemFree"),
            Buffers = values.GetValueOrDefault("Buffers"),
            Cached = values.GetValueOrDefault("Cached"),
            SwapUsed = values.GetValueOrDefault("SwapCached"),
            Shared = values.GetValueOrDefault("Shmem"),
            Slab = values.GetValueOrDefault("Slab"),
        };
    }

    /// <summary>The three averages of /proc/loadavg, as they are spelled.</summary>
    public static string[] ParseLoad(string loadavg) => loadavg.Split(' ') is [var one, var five, var fifteen, ..] ? [one, five, fifteen] : ["0.00", "0.00", "0.00"];

    private static string Column(string[] columns, int index) => index < columns.Length ? columns[index] : "0";

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>CPU time since boot, in jiffies.</summary>
/// <param name="Total">Sum of all columns.</param>
/// <param name="User">A number as text, as upstream sends it.</param>
/// <param name="System">Likewise.</param>
/// <param name="SoftIrq">Likewise.</param>
internal sealed record CpuTimes(long Total, string User, string System, string SoftIrq);

/// <summary>Memory in kB.</summary>
internal sealed record MemoryFigures
{
    /// <summary>MemTotal.</summary>
    public required long Total { get; init; }

    /// <summary>MemFree.</summary>
    public required long Free { get; init; }

    /// <summary>Buffers.</summary>
    public required long Buffers { get; init; }

    /// <summary>Cached.</summary>
    public required long Cached { get; init; }

    /// <summary>SwapCached: the name is upstream's.</summary>
    public required long SwapUsed { get; init; }

    /// <summary>Shmem.</summary>
    public required long Shared { get; init; }

    /// <summary>Slab.</summary>
    public required long Slab { get; init; }
}

/// <summary>Space of the root file system, in bytes.</summary>
/// <param name="Used">Blocks that are not free.</param>
/// <param name="Available">Blocks that somebody who is not root may still use.</param>
internal sealed record DiskFigures(long Used, long Available);

/// <summary>Traffic of an interface since it is there, in bytes.</summary>
/// <param name="NetworkTx">Sent.</param>
/// <param name="NetworkRx">Received.</param>
internal sealed record NetworkFigures(ulong NetworkTx, ulong NetworkRx);
