// Operator settings and host facts, with their defaults (desired-state.md §3).
namespace Amphora.Contract.DesiredState;

/// <summary>Operator settings; every property has Octavia's default.</summary>
public sealed record Settings
{
    /// <summary>Default of <see cref="UserLogFormat"/>.</summary>
    public const string DefaultUserLogFormat =
        "{{ project_id }} {{ lb_id }} %f %ci %cp %t %{+Q}r %ST %B %U %[ssl_c_verify] %{+Q}[ssl_c_s_dn] %b %s %Tt %tsc";

    /// <summary>Where the agent keeps configuration.</summary>
    public string BasePath { get; init; } = "/var/lib/octavia";

    /// <summary>Where the agent keeps certificates.</summary>
    public string BaseCertDir { get; init; } = "/var/lib/octavia/certs";

    /// <summary>False: traffic is not logged (D1, F19).</summary>
    public bool ConnectionLogging { get; init; } = true;

    /// <summary>HAProxy log format with <c>{{ project_id }}</c> and <c>{{ lb_id }}</c>.</summary>
    public string UserLogFormat { get; init; } = DefaultUserLogFormat;

    /// <summary>Syslog facility localN of traffic, 0–7.</summary>
    public int UserLogFacility { get; init; }

    /// <summary>Syslog facility localN of everything else, 0–7.</summary>
    public int AdministrativeLogFacility { get; init; } = 1;

    /// <summary>Connections of a listener without a limit.</summary>
    public long DefaultConnectionLimit { get; init; } = 50000;

    /// <summary>Entries of a stick table, with HAProxy's suffixes k, m, g.</summary>
    public string HaproxyStickSize { get; init; } = "10k";

    /// <summary>Milliseconds.</summary>
    public long TimeoutClientData { get; init; } = 50000;

    /// <summary>Milliseconds.</summary>
    public long TimeoutMemberConnect { get; init; } = 5000;

    /// <summary>Milliseconds.</summary>
    public long TimeoutMemberData { get; init; } = 50000;

    /// <summary>Milliseconds; 0 means no inspection.</summary>
    public long TimeoutTcpInspect { get; init; }

    /// <summary>Seconds.</summary>
    public int VrrpCheckInterval { get; init; } = 5;

    /// <summary>Failed checks to lose the VIP.</summary>
    public int VrrpFailCount { get; init; } = 2;

    /// <summary>Successful checks to be eligible again.</summary>
    public int VrrpSuccessCount { get; init; } = 2;

    /// <summary>Seconds between gratuitous ARPs of the master.</summary>
    public int VrrpGarpRefreshInterval { get; init; } = 5;

    /// <summary>How many at a time.</summary>
    public int VrrpGarpRefreshCount { get; init; } = 2;
}

/// <summary>What the host would measure; in a document for previews only.</summary>
public sealed record HostFacts
{
    /// <summary>As <c>2.6.12</c>; null means 2.6.12 in a preview.</summary>
    public string? HaproxyVersion { get; init; }

    /// <summary>Logical CPUs, 1–4096.</summary>
    public int? CpuCount { get; init; }

    /// <summary>Content of TuneD's active_profile file.</summary>
    public string? ActiveTunedProfiles { get; init; }

    /// <summary>Memory figures, null when not known.</summary>
    public HostMemory? Memory { get; init; }
}

/// <summary>Memory figures of /proc/meminfo, in kB (G8).</summary>
/// <param name="Free">MemFree.</param>
/// <param name="Buffers">Buffers.</param>
/// <param name="Cached">Cached.</param>
public sealed record HostMemory(long Free, long Buffers, long Cached);
