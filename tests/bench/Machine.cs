// What the numbers were measured on, and what a process uses of it.
using System.Globalization;
using System.Runtime.InteropServices;

namespace Amphora.Bench;

internal static class Machine
{
    /// <summary>Processor, cores, memory, kernel.</summary>
    public static string Description
    {
        get
        {
            string processor = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
            long memory = Number("/proc/meminfo", "MemTotal") / 1024;
            string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
            return $"{processor}, {Environment.ProcessorCount} cores, {memory} MiB, Linux {kernel}";
        }
    }

    /// <summary>Resident memory in MiB.</summary>
    public static double ResidentMemory(int pid) => Number($"/proc/{pid}/status", "VmRSS") / 1024.0;

    /// <summary>Resident memory in MiB, shared pages divided by who shares them.</summary>
    public static double ProportionalMemory(int pid) => Number($"/proc/{pid}/smaps_rollup", "Pss") / 1024.0;

    /// <summary>Processor time of a process so far; the kernel counts in hundredths of a second (proc(5), utime and stime).</summary>
    public static TimeSpan ProcessorTime(int pid)
    {
        string text = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    private static long Number(string file, string field) =>
        long.Parse((Field(file, field) ?? throw new InvalidDataException($"{file} has no {field}")).Split(' ')[0], CultureInfo.InvariantCulture);

    private static string? Field(string file, string field) =>
        File.ReadLines(file)
            .Where(line => line.StartsWith(field, StringComparison.Ordinal) && line.AsSpan(field.Length).TrimStart() is [':', ..])
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault();
}
