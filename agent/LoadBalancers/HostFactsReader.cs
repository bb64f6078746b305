// What this amphora is: the measured values that rows G8–G12 and the version gates look at.
using Amphora.Agent.Actions;
using Amphora.Contract.DesiredState;
using Amphora.Linux.Processes;

namespace Amphora.Agent.LoadBalancers;

/// <summary>Measures the host.</summary>
internal sealed class HostFactsReader(LoadBalancersOptions options, ProgramVersionReader haproxy)
{
    /// <summary>The facts now.</summary>
    public async Task<HostFacts> ReadAsync(CancellationToken cancellationToken) => new()
    {
        HaproxyVersion = await haproxy.ReadAsync(cancellationToken),
        CpuCount = Environment.ProcessorCount,
        ActiveTunedProfiles = TunedProfiles.Read(),
        Memory = ReadMemory(),
    };

    /// <summary>MemFree, Buffers and Cached of /proc/meminfo (proc(5)), in kB; null when one is missing.</summary>
    internal static HostMemory? ParseMeminfo(string text)
    {
        var values = MemoryFields.Parse(text);
        return values.TryGetValue("MemFree", out var free) && values.TryGetValue("Buffers", out var buffers) && values.TryGetValue("Cached", out var cached)
            ? new HostMemory(free, buffers, cached)
            : null;
    }

    private HostMemory? ReadMemory() => Limit(ParseMeminfo(File.ReadAllText("/proc/meminfo")));

    // G8 looks at the sum only.
    private HostMemory? Limit(HostMemory? memory) =>
        memory is not null && options.MemoryLimit * 1024L is { } most && memory.Free + memory.Buffers + memory.Cached > most
            ? new HostMemory(most, 0, 0)
            : memory;
}
