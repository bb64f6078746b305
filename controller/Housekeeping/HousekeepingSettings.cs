// How much is kept, and how long.
namespace Amphora.Controller.Housekeeping;

/// <summary>Options; defaults are Octavia's where it has the option (flows.md §13).</summary>
internal sealed record HousekeepingSettings
{
    /// <summary>[house_keeping] spare_amphora_pool_size.</summary>
    public int SparePoolSize { get; init; }

    /// <summary>Spares that are built at once.</summary>
    public int SpareThreads { get; init; } = 10;

    /// <summary>[house_keeping] spare_check_interval.</summary>
    public TimeSpan SpareInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>[house_keeping] cleanup_interval.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>[house_keeping] cert_interval.</summary>
    public TimeSpan CertificateInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>[house_keeping] cert_expiry_buffer: how long before its end a certificate is replaced.</summary>
    public TimeSpan CertificateExpiryBuffer { get; init; } = TimeSpan.FromDays(14);

    /// <summary>[house_keeping] cert_rotate_threads.</summary>
    public int CertificateThreads { get; init; } = 10;

    /// <summary>From one search for orphans to the next; upstream has none.</summary>
    public TimeSpan OrphanInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is younger than this is nobody's orphan: no step that makes something takes so long (upstream's longest wait is 600 s).</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>[house_keeping] amphora_expiry_age: how long rows of amphorae that are DELETED stay.</summary>
    public TimeSpan AmphoraExpiryAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>[house_keeping] load_balancer_expiry_age.</summary>
    public TimeSpan LoadBalancerExpiryAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long flows that have ended can be looked at.</summary>
    public TimeSpan FlowExpiryAge { get; init; } = TimeSpan.FromDays(7);
}
