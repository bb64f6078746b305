// How a controller serves.
using System.Net;
using Amphora.Controller.Health.Repair;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>What a controller does for as long as it runs.</summary>
[Flags]
internal enum ServeRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Runs flows that were recorded.</summary>
    Worker = 1,

    /// <summary>Receives heartbeats and replaces amphorae that send none.</summary>
    Health = 2,

    /// <summary>Spares, certificates, purging.</summary>
    Housekeeping = 4,

    /// <summary>Everything.</summary>
    All = Worker | Health | Housekeeping,
}

/// <summary>What operators choose.</summary>
internal sealed record ServeOptions
{
    /// <summary>Which parts.</summary>
    public ServeRoles Roles { get; init; } = ServeRoles.All;

    /// <summary>Where heartbeats are received; null: the first address that new amphorae of the embedded drivers are told.</summary>
    public IPEndPoint? Heartbeats { get; init; }

    /// <summary>Where /metrics, /ready and /healthz are.</summary>
    public IPEndPoint Metrics { get; init; } = new(IPAddress.Loopback, DefaultMetricsPort);

    /// <summary>Flows beside each other, without failovers of the health manager.</summary>
    public int Workers { get; init; } = 10;

    /// <summary>How long flows may go on after the order to stop; then they are handed over.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The health manager's.</summary>
    public RepairOptions Repair { get; init; } = new();

    /// <summary>Where /metrics is by default.</summary>
    public const int DefaultMetricsPort = 9876;
}
