// What a controller asks of the agents in its amphorae.
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>Agents by the amphorae they are in. Every call is safe to repeat; what an agent says no to is an exception.</summary>
internal interface IAmphoraDriver
{
    /// <summary>Waits until the agent answers (upstream's AmphoraComputeConnectivityWait).</summary>
    /// <exception cref="DriverException">It did not in time, or somebody else answers.</exception>
    Task WaitAsync(AmphoraAddress amphora, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Sets up a port that was plugged into the machine.</summary>
    /// <returns>The interface's name inside.</returns>
    /// <exception cref="DriverException">The agent refused or does not answer.</exception>
    Task<string> PlugAsync(AmphoraAddress amphora, PhysicalAddress port, Port plug, CancellationToken cancellationToken);

    /// <summary>Takes the configuration of a port away, before it is taken out of the machine.</summary>
    /// <exception cref="DriverException">The agent refused or does not answer (Unreachable).</exception>
    Task UnplugAsync(AmphoraAddress amphora, PhysicalAddress port, CancellationToken cancellationToken);

    /// <summary>Brings the load balancer in it to its desired state.</summary>
    /// <exception cref="DriverException">The agent refused or does not answer (Unreachable).</exception>
    Task PushAsync(AmphoraAddress amphora, LoadBalancerPush push, CancellationToken cancellationToken);

    /// <summary>Gives the agent a new certificate with its key, and makes sure that it can be reached after that.</summary>
    /// <exception cref="DriverException">The agent refused, or does not answer any more.</exception>
    Task UploadCertificateAsync(AmphoraAddress amphora, string serverPem, CancellationToken cancellationToken);

    /// <summary>Replaces the agent's configuration file; what may change while it runs does.</summary>
    /// <exception cref="DriverException">The agent refused or does not answer.</exception>
    Task UpdateConfigurationAsync(AmphoraAddress amphora, string text, CancellationToken cancellationToken);

    /// <summary>Whether an interface of its load balancers has an address right now: of a pair, the one that has the VIP serves.</summary>
    /// <param name="amphora">Which.</param>
    /// <param name="address">The address.</param>
    /// <param name="limit">How long it is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DriverException">The agent refused or does not answer (Unreachable).</exception>
    Task<bool> HasAddressAsync(AmphoraAddress amphora, IPAddress address, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Ends a load balancer in it: VRRP resigns, so that the other one of a pair takes over at once.</summary>
    /// <inheritdoc cref="HasAddressAsync"/>
    Task StopAsync(AmphoraAddress amphora, Guid loadBalancer, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Looks at an agent once, without asking again.</summary>
    /// <param name="amphora">Which.</param>
    /// <param name="loadBalancer">Whose document is read; null: none.</param>
    /// <param name="limit">For all of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was seen; null: there is nothing to be seen.</returns>
    Task<AgentLook?> LookAsync(AmphoraAddress amphora, Guid? loadBalancer, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Whether the listeners of a load balancer are open in it; false too when it knows no such load balancer.</summary>
    /// <inheritdoc cref="HasAddressAsync"/>
    Task<bool> IsServingAsync(AmphoraAddress amphora, Guid loadBalancer, TimeSpan limit, CancellationToken cancellationToken);
}

/// <summary>Where the agent of an amphora is.</summary>
/// <param name="Id">The amphora; its certificate bears this name.</param>
/// <param name="Address">In the management network.</param>
/// <param name="Port">Where it listens.</param>
internal sealed record AmphoraAddress(Guid Id, IPAddress Address, int Port)
{
    /// <summary>Octavia's default ([haproxy_amphora] bind_port).</summary>
    public const int DefaultPort = 9443;
}
