// What any agent can be asked, whichever version of the API it speaks.
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>The agent in an amphora. Every call is safe to repeat and is repeated while the agent boots; what a version of the API has
/// no words for is refused with a sentence that says so.</summary>
internal interface IAmphoraAgent
{
    /// <summary>Which agent.</summary>
    AgentEndpoint Endpoint { get; }

    /// <summary>The versions of the API it speaks.</summary>
    Task<AgentAnswer<ApiVersions>> GetVersionsAsync(CancellationToken cancellationToken);

    /// <summary>What it is and can do.</summary>
    Task<AgentAnswer<Capabilities>> GetCapabilitiesAsync(CancellationToken cancellationToken);

    /// <summary>The load balancers it has.</summary>
    Task<AgentAnswer<LoadBalancerList>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Operating status and statistics of one.</summary>
    Task<AgentAnswer<LoadBalancerStatus>> GetStatusAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>A configuration file as it is: haproxy, keepalived or lvs-LISTENER-ID.</summary>
    Task<AgentAnswer<string>> GetConfigAsync(Guid id, string kind, CancellationToken cancellationToken);

    /// <summary>Brings a load balancer to its desired state.</summary>
    /// <param name="push">What is wanted.</param>
    /// <param name="ifMatch">Only while this generation is in force.</param>
    /// <param name="cancellationToken">Ends the waiting; what the agent has begun it finishes.</param>
    Task<AgentAnswer<LoadBalancerApplied>> PushAsync(LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken);

    /// <summary>What <see cref="PushAsync"/> would do. Nothing is sent but the document: certificates the agent does not have are missing in the plan.</summary>
    /// <inheritdoc cref="PushAsync"/>
    Task<AgentAnswer<LoadBalancerPlan>> PlanAsync(LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken);

    /// <summary>The generations of a load balancer it remembers.</summary>
    Task<AgentAnswer<LoadBalancerHistory>> GetHistoryAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>What it was asked, decided and did, as the lines it wrote.</summary>
    Task<AgentAnswer<byte[]>> GetJournalAsync(CancellationToken cancellationToken);

    /// <summary>Says that the generation in force stays.</summary>
    Task<AgentAnswer<LoadBalancerApplied>> ConfirmAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Puts an earlier generation back.</summary>
    /// <param name="id">The load balancer.</param>
    /// <param name="to">Sequence of the entry of the history; null: the one before, which is not asked for twice.</param>
    /// <param name="withPorts">True to put ports back as well.</param>
    /// <param name="cancellationToken">Ends the waiting; what the agent has begun it finishes.</param>
    Task<AgentAnswer<LoadBalancerApplied>> RollBackAsync(Guid id, long? to, bool withPorts, CancellationToken cancellationToken);

    /// <summary>Removes a load balancer.</summary>
    Task<AgentAnswer<LoadBalancerApplied>> DeleteAsync(Guid id, long? ifMatch, CancellationToken cancellationToken);

    /// <summary>Its interfaces.</summary>
    Task<AgentAnswer<PortList>> ListPortsAsync(CancellationToken cancellationToken);

    /// <summary>Sets up an interface.</summary>
    Task<AgentAnswer<PortState>> PlugAsync(string mac, Port port, CancellationToken cancellationToken);

    /// <summary>Takes an interface's configuration away.</summary>
    Task<AgentAnswer<PortUnplugged>> UnplugAsync(string mac, CancellationToken cancellationToken);

    /// <summary>Replaces the agent's own certificate and key.</summary>
    Task<AgentAnswer<AgentFileReplaced>> PutServerCertificateAsync(string pem, CancellationToken cancellationToken);

    /// <summary>Replaces the agent's configuration file.</summary>
    Task<AgentAnswer<AgentFileReplaced>> PutConfigurationAsync(string text, CancellationToken cancellationToken);

    /// <summary>Replaces the agent itself, and waits until the new one is confirmed.</summary>
    Task<AgentAnswer<AgentProgram>> UpgradeAsync(AgentBinary binary, CancellationToken cancellationToken);
}

/// <summary>A file of the agent that was replaced.</summary>
/// <param name="File">Which: certificate or config.</param>
internal sealed record AgentFileReplaced(string File);
