// What keepalived runs now, as far as files and processes tell.
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived;

/// <summary>The running keepalived side of a load balancer.</summary>
internal sealed record KeepalivedRunning
{
    /// <summary>The load balancer.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>The services that belong to it, and those that are wanted.</summary>
    public ValueList<KeepalivedService> Services { get; init; }

    /// <summary>The services that belong to it, as written down by the last change.</summary>
    public ValueList<string> Owned { get; init; }

    /// <summary>Services whose change did not come to its end: the files may be newer than the process.</summary>
    public ValueList<string> ChangeCutOff { get; init; }

    /// <summary>The check script of VRRP; null when there is none.</summary>
    public string? CheckScript { get; init; }

    /// <summary>Texts of the programs by which LVS checks members, as far as they are there.</summary>
    public ValueList<string> CheckPrograms { get; init; }

    /// <summary>A service by name.</summary>
    public KeepalivedService? Service(string unit) => Services.FirstOrDefault(service => service.Unit == unit);
}

/// <summary>One keepalived.</summary>
/// <param name="Unit">Name of the service.</param>
/// <param name="Config">Its configuration on disk; null when there is none.</param>
/// <param name="State">State of the service.</param>
internal sealed record KeepalivedService(string Unit, string? Config, ServiceState State);
