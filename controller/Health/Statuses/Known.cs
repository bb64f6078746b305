// What the database is known to say of those that heartbeats come from, in memory.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store;

namespace Amphora.Controller.Health.Statuses;

/// <summary>An amphora.</summary>
/// <param name="id">Which.</param>
/// <param name="loadBalancer">Whom it serves; null: a spare, or one on its way in or out.</param>
internal sealed class KnownAmphora(Guid id, KnownLoadBalancer? loadBalancer)
{
    /// <summary>Which.</summary>
    public Guid Id => id;

    /// <summary>Whom it serves.</summary>
    public KnownLoadBalancer? LoadBalancer => loadBalancer;

    /// <summary>flows.md §3.5.</summary>
    public required AmphoraStatus Status { get; init; }

    /// <summary>When the row was changed last; of another time, it is read again.</summary>
    public DateTimeOffset? Stamp { get; init; }

    /// <summary>In which walk through all rows it was seen last.</summary>
    public int Walk { get; init; }

    /// <summary>The last figures were zeros, and are stored.</summary>
    public bool IsIdle { get; set; }

    /// <summary>It should not be there any more, and still sends: it is deleted (flows.md §11).</summary>
    public bool IsZombie => Status == AmphoraStatus.Deleted || loadBalancer is { Provisioning: RowStatus.Deleted };
}

/// <summary>A load balancer with everything below it.</summary>
/// <param name="id">Which.</param>
/// <param name="objects">By id, so that they are found quickly.</param>
internal sealed class KnownLoadBalancer(Guid id, KnownObject[] objects)
{
    /// <summary>Which.</summary>
    public Guid Id => id;

    /// <summary>admin_state_up.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>provisioning_status.</summary>
    public required RowStatus Provisioning { get; init; }

    /// <summary>operating_status, as it was written last.</summary>
    public required OperatingStatus Operating { get; set; }

    /// <summary>When the row was changed last; everything below it changes under its lock, which changes it too.</summary>
    public DateTimeOffset? Stamp { get; init; }

    /// <summary>Everything below it.</summary>
    public ReadOnlySpan<KnownObject> Objects => objects;

    /// <summary>Somebody is changing it.</summary>
    public bool IsPending => Provisioning is RowStatus.PendingCreate or RowStatus.PendingUpdate or RowStatus.PendingDelete;

    /// <summary>How many listeners a heartbeat has; null: any number (flows.md §11).</summary>
    public int? ExpectedListeners => IsPending || !IsEnabled ? null : objects.Count(static one => one is { Kind: ObjectKind.Listener, IsEnabled: true });

    /// <summary>The place of an object, negative when it is not below this load balancer.</summary>
    public int Find(Guid wanted)
    {
        var (low, high) = (0, objects.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = objects[middle].Id.CompareTo(wanted);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}

/// <summary>A listener, pool, member, health monitor, L7 policy or rule.</summary>
internal sealed class KnownObject
{
    /// <summary>Which.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The place of a member's pool; negative: it has none.</summary>
    public required int Parent { get; init; }

    /// <summary>admin_state_up.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>provisioning_status.</summary>
    public required RowStatus Provisioning { get; init; }

    /// <summary>operating_status, as it was written last.</summary>
    public required OperatingStatus Operating { get; set; }
}
