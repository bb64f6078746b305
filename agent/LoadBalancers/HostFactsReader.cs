// What this amphora is: the measured values that rows G8–G12 and the version gates look at.
using System.Globalization;
using Amphora.Agent.Actions;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.LoadBalancers;

/// <summary>Measures the host.</summary>
internal sealed class HostFactsReader(LoadBalancersOptions options, ProgramVersionReader haproxy)
{
    private const string ActiveProfileFile = "/etc/tuned/active_profile";
    private const int ActiveProfileLength = 255;

    /// <summary>The facts now.</summary>
    public async Task<HostFacts> ReadAsync(CancellationToken cancellationToken) => new()
    {
        HaproxyVersion = await haproxy.ReadAsync(cancellationToken),
        CpuCount = Environment.ProcessorCount,
        ActiveTunedProfiles = ReadActiveProfiles(),
        Memory = Limit(ParseMeminfo(await File.ReadAllTextAsync("/proc/meminfo", cancellationToken))),
    };

    /// <summary>MemFree, Buffers and Cached of /proc/meminfo (proc(5)), in kB; null when one is missing.</summary>
    internal static HostMemory? ParseMeminfo(string text)
    {
        long? free = null, buffers = null, cached = null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon < 0)
            {
                continue;
            }

            switch (line[..colon])
            {
                case "MemFree": free = Kilobytes(line[(colon + 1)..]); break;
                case "Buffers": buffers = Kilobytes(line[(colon + 1)..]); break;
                case "Cached": cached = Kilobytes(line[(colon + 1)..]); break;
            }
        }

        return free is { } f && buffers is { } b && cached is { } c ? new HostMemory(f, b, c) : null;
    }

    // G8 looks at the sum only.
    private HostMemory? Limit(HostMemory? memory) =>
        memory is not null && options.MemoryLimit * 1024L is { } most && memory.Free + memory.Buffers + memory.Cached > most
            ? new HostMemory(most, 0, 0)
            : memory;

    private static long? Kilobytes(ReadOnlySpan<char> value)
    {
        value = value.Trim();
        var blank = value.IndexOf(' ');
        return long.TryParse(blank < 0 ? value : value[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string ReadActiveProfiles()
    {
        if (!File.Exists(ActiveProfileFile))
        {
            return "";
        }

        var text = File.ReadAllText(ActiveProfileFile).Trim();
        return text.Length > ActiveProfileLength ? text[..ActiveProfileLength] : text;
    }
}
