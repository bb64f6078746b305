// "Shown" of config-rendering.md: switched on and not being deleted.
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering;

/// <summary>An object is shown when its administrative state is up and it is not in PENDING_DELETE.</summary>
internal static class Shown
{
    public static bool IsShown(this LoadBalancer loadBalancer) => loadBalancer.AdminStateUp && Stays(loadBalancer.ProvisioningStatus);

    public static bool IsShown(this Listener listener) => listener.AdminStateUp && Stays(listener.ProvisioningStatus);

    public static bool IsShown(this L7Policy policy) => policy.AdminStateUp && Stays(policy.ProvisioningStatus);

    public static bool IsShown(this L7Rule rule) => rule.AdminStateUp && Stays(rule.ProvisioningStatus);

    public static bool IsShown(this Pool pool) => pool.AdminStateUp && Stays(pool.ProvisioningStatus);

    public static bool IsShown(this HealthMonitor monitor) => monitor.AdminStateUp && Stays(monitor.ProvisioningStatus);

    /// <summary>False for an object that is being deleted: it is not rendered at all (desired-state.md §1).</summary>
    public static bool Stays(ProvisioningStatus status) => status != ProvisioningStatus.PendingDelete;

    /// <summary>True for listeners that LVS serves instead of HAProxy.</summary>
    public static bool IsLvs(this Listener listener) => listener.Protocol is ListenerProtocol.Udp or ListenerProtocol.Sctp;

    /// <summary>True for listeners whose clients may speak TLS with us.</summary>
    public static bool MayTerminateTls(this Listener listener) =>
        listener.Protocol is ListenerProtocol.TerminatedHttps or ListenerProtocol.Prometheus;

    /// <summary>True for listeners that understand HTTP requests (F13).</summary>
    public static bool IsHttp(this Listener listener) =>
        listener.Protocol is ListenerProtocol.Http or ListenerProtocol.TerminatedHttps or ListenerProtocol.Prometheus;
}
