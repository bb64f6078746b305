// The desired state document: everything one amphora has to run (desired-state.md).
namespace Amphora.Contract.DesiredState;

/// <summary>One document for one amphora. Made by DesiredStateReader only from documents without faults.</summary>
public sealed record DesiredStateDocument
{
    /// <summary>The version this record describes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The largest document, in bytes (desired-state.md).</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Always 1.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>Grows with every change of the load balancer; 1…2^53−1.</summary>
    public required long Generation { get; init; }

    /// <summary>Which entry of <see cref="Amphorae"/> the receiver is.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>One amphora, or a pair that shares the VIP by VRRP.</summary>
    public required Topology Topology { get; init; }

    /// <summary>The load balancer with its listeners and pools.</summary>
    public required LoadBalancer LoadBalancer { get; init; }

    /// <summary>All amphorae of the load balancer, 1–16.</summary>
    public required ValueList<AmphoraEntry> Amphorae { get; init; }

    /// <summary>Set if and only if the topology is ACTIVE_STANDBY.</summary>
    public VrrpGroup? VrrpGroup { get; init; }

    /// <summary>Subnets of the VIPs.</summary>
    public ValueList<Subnet> Subnets { get; init; }

    /// <summary>Which uploaded file stands for which key manager reference.</summary>
    public ValueList<TlsFile> TlsFiles { get; init; }

    /// <summary>Operator settings; absent ones have their defaults.</summary>
    public Settings Settings { get; init; } = new();

    /// <summary>For previews only: what the host would measure.</summary>
    public HostFacts? HostFacts { get; init; }

    /// <summary>The entry of <see cref="Amphorae"/> that is the receiver (V12 makes sure there is one).</summary>
    public AmphoraEntry OwnAmphora
    {
        get
        {
            foreach (var amphora in Amphorae)
            {
                if (amphora.Id == AmphoraId)
                {
                    return amphora;
                }
            }

            throw new InvalidOperationException($"amphora_id {AmphoraId} is not in amphorae");
        }
    }
}

/// <summary>How many amphorae serve a load balancer.</summary>
public enum Topology
{
    /// <summary>One amphora owns the VIP.</summary>
    Single,

    /// <summary>Two amphorae; keepalived moves the VIP.</summary>
    ActiveStandby,
}
