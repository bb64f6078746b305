// Whether the VIP's port and the load balancer are of one topology.
using Amphora.Agent.Network;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply;

/// <summary>The port brings the VIP of a SINGLE load balancer, keepalived that of an ACTIVE_STANDBY one. When they differ, both amphorae have
/// the VIP, or none. What comes second is refused; a VIP that is not plugged yet is fine.</summary>
internal sealed class TopologyCheck(GenerationStore generations, NetworkReader ports, NetworkOptions network)
{
    /// <summary>Why a document may not be applied, or null.</summary>
    public Failure? Check(Wanted wanted)
    {
        var topology = wanted.Document.Topology;
        foreach (var vip in wanted.Document.LoadBalancer.Vips)
        {
            if (ports.TopologyOf(vip) is { } plugged && plugged != topology)
            {
                return Conflict($"load balancer {wanted.LoadBalancerId} is {Word(topology)}, but its VIP {vip} is plugged as {Word(plugged)}: plug the port with the same topology first");
            }
        }

        return null;
    }

    /// <summary>Why a port may not be plugged, or null.</summary>
    public Failure? Check(Port port)
    {
        var topology = port.Topology ?? network.Topology();
        foreach (var (id, inForce) in generations.InForce)
        {
            foreach (var vip in inForce.Document.LoadBalancer.Vips)
            {
                if (inForce.Document.Topology != topology && port.Vips.Exists(plugged => plugged.IpAddress.Equals(vip)))
                {
                    return Conflict($"VIP {vip} would be plugged as {Word(topology)}, but load balancer {id} is {Word(inForce.Document.Topology)}: give the port the same topology, or delete the load balancer first");
                }
            }
        }

        return null;
    }

    private static string Word(Topology topology) => topology == Topology.ActiveStandby ? "ACTIVE_STANDBY" : "SINGLE";

    private static Failure Conflict(string message) => new("admit", message) { Kind = FailureKind.Conflict };
}
