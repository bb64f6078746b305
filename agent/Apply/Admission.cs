// Whether a change may begin: preconditions, generations, who manages the load balancer (desired-state.md §5.2).
using Amphora.Agent.Http;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Looks at what is in force before anything is done.</summary>
internal sealed class Admission(GenerationStore generations, ApiBoundary boundary, TopologyCheck topology)
{
    /// <summary>Why a document may not be applied on this amphora, or null.</summary>
    public async Task<Failure?> CheckAsync(Wanted wanted, Wanted? before, IfMatch ifMatch, CancellationToken cancellationToken) =>
        Check(wanted, before, ifMatch) ?? await boundary.CheckAsync(wanted, cancellationToken) ?? topology.Check(wanted);

    /// <summary>Why the document may not be applied by what is in force, or null.</summary>
    public Failure? Check(Wanted wanted, Wanted? before, IfMatch ifMatch) =>
        CheckCommon(wanted.LoadBalancerId, before, ifMatch) ?? CheckGeneration(wanted, before) ?? CheckVrrp(wanted);

    /// <summary>Why the load balancer may not be removed, or null.</summary>
    public Failure? CheckRemoval(string loadBalancerId, Wanted? before, IfMatch ifMatch) => CheckCommon(loadBalancerId, before, ifMatch);

    private Failure? CheckCommon(string id, Wanted? before, IfMatch ifMatch)
    {
        if (!ifMatch.Allows(before?.Document.Generation))
        {
            return new Failure("If-Match", before is null
                ? $"If-Match was given, but load balancer {id} is not on this amphora"
                : $"If-Match does not name generation {before.Document.Generation}, which is in force")
            {
                Kind = FailureKind.Precondition,
            };
        }

        return generations.IsManagedOverApi1(id)
            ? Conflict($"load balancer {id} is managed over API 1.0: delete it there first")
            : null;
    }

    private static Failure? CheckGeneration(Wanted wanted, Wanted? before)
    {
        if (before is null)
        {
            return null;
        }

        var (mine, theirs) = (before.Document.Generation, wanted.Document.Generation);
        return theirs < mine ? Conflict($"the document has generation {theirs}, but {mine} is in force already")
            : theirs == mine && wanted.Document != before.Document ? Conflict($"generation {mine} is in force with other content: a change needs a higher generation")
            : null;
    }

    // There is one octavia-keepalived.conf on an amphora (appliance-layout §1).
    private Failure? CheckVrrp(Wanted wanted)
    {
        if (wanted.Keepalived.VrrpConfig is null)
        {
            return null;
        }

        foreach (var (id, other) in generations.InForce)
        {
            if (id != wanted.LoadBalancerId && other.Keepalived.VrrpConfig is not null)
            {
                return Conflict($"load balancer {id} has the VRRP instance of this amphora: a second one has no place");
            }
        }

        return null;
    }

    private static Failure Conflict(string message) => new("admit", message) { Kind = FailureKind.Conflict };
}
