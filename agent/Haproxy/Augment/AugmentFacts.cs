// What the text that HAProxy runs has besides what came.
namespace Amphora.Agent.Haproxy.Augment;

/// <summary>Facts of this amphora.</summary>
/// <param name="AdminSocket">Path of the socket that may change what runs.</param>
/// <param name="TlsDirectory">Where the names for certificate files are.</param>
/// <param name="ServerSlots">Free servers in each backend that may have them.</param>
/// <param name="MemoryMiB">Memory of the machine.</param>
/// <param name="Threads">Processors HAProxy may use.</param>
internal sealed record AugmentFacts(string AdminSocket, string TlsDirectory, int ServerSlots, int MemoryMiB, int Threads)
{
    // A worker that only ends old connections was measured with some 40 MiB of its own; a quarter of the memory may be theirs.
    private const int WorkerMiB = 40, Share = 4;
    private const int FewestReloads = 4, MostReloads = 100;

    // A connection may outlive its configuration for a day on the smallest amphora of Octavia's (1 GiB), and longer where there is room.
    private const int MiBPerDay = 1024, HoursOfDay = 24, FewestHours = 6, MostHours = 72;

    /// <summary>Those of one load balancer.</summary>
    public static AugmentFacts Of(HaproxyOptions options, HaproxyPaths paths) =>
        new(paths.AdminSocket, paths.Tls, options.ServerSlots, options.MemoryMiB, options.Threads);

    /// <summary>Reloads after which an old worker is told to end (<c>mworker-max-reloads</c>, manual 3.1).</summary>
    public int MaxReloads => Math.Clamp(MemoryMiB / Share / WorkerMiB, FewestReloads, MostReloads);

    /// <summary>How long an old worker may last (<c>hard-stop-after</c>, manual 3.1).</summary>
    public TimeSpan HardStop => TimeSpan.FromHours(Math.Clamp(HoursOfDay * MemoryMiB / MiBPerDay, FewestHours, MostHours));
}
