// Statuses and kinds as the database spells them; where they are the API's, its words.
using Amphora.Contract;

namespace Amphora.Controller.Store;

/// <summary>Octavia's provisioning_status of a row. Unlike the document's it knows DELETED.</summary>
internal enum RowStatus
{
    /// <summary>PENDING_CREATE.</summary>
    PendingCreate,

    /// <summary>ACTIVE.</summary>
    Active,

    /// <summary>PENDING_UPDATE.</summary>
    PendingUpdate,

    /// <summary>PENDING_DELETE.</summary>
    PendingDelete,

    /// <summary>ERROR.</summary>
    Error,

    /// <summary>DELETED: kept for a while and shown to nobody. Load balancers only.</summary>
    Deleted,
}

/// <summary>Octavia's operating_status.</summary>
internal enum OperatingStatus
{
    /// <summary>OFFLINE.</summary>
    Offline,

    /// <summary>ONLINE.</summary>
    Online,

    /// <summary>DEGRADED.</summary>
    Degraded,

    /// <summary>ERROR.</summary>
    Error,

    /// <summary>NO_MONITOR.</summary>
    NoMonitor,

    /// <summary>DRAINING.</summary>
    Draining,
}

/// <summary>What hangs below a load balancer.</summary>
internal enum ObjectKind
{
    /// <summary>A listener.</summary>
    Listener,

    /// <summary>A pool.</summary>
    Pool,

    /// <summary>A member; its parent is the pool.</summary>
    Member,

    /// <summary>A health monitor; its parent is the pool.</summary>
    HealthMonitor,

    /// <summary>An L7 policy; its parent is the listener.</summary>
    L7Policy,

    /// <summary>An L7 rule; its parent is the policy.</summary>
    L7Rule,
}

/// <summary>What quotas count.</summary>
internal enum QuotaKind
{
    /// <summary>load_balancer.</summary>
    LoadBalancer,

    /// <summary>listener.</summary>
    Listener,

    /// <summary>pool.</summary>
    Pool,

    /// <summary>member.</summary>
    Member,

    /// <summary>health_monitor.</summary>
    HealthMonitor,

    /// <summary>l7policy.</summary>
    L7Policy,

    /// <summary>l7rule.</summary>
    L7Rule,
}

/// <summary>How they are spelled.</summary>
internal static class StoreNames
{
    /// <summary>Spellings of <see cref="RowStatus"/>.</summary>
    public static WireTable<RowStatus> RowStatuses { get; } = new(
        (RowStatus.PendingCreate, "PENDING_CREATE"), (RowStatus.Active, "ACTIVE"), (RowStatus.PendingUpdate, "PENDING_UPDATE"),
        (RowStatus.PendingDelete, "PENDING_DELETE"), (RowStatus.Error, "ERROR"), (RowStatus.Deleted, "DELETED"));

    /// <summary>Spellings of <see cref="OperatingStatus"/>.</summary>
    public static WireTable<OperatingStatus> OperatingStatuses { get; } = new(
        (OperatingStatus.Offline, "OFFLINE"), (OperatingStatus.Online, "ONLINE"), (OperatingStatus.Degraded, "DEGRADED"),
        (OperatingStatus.Error, "ERROR"), (OperatingStatus.NoMonitor, "NO_MONITOR"), (OperatingStatus.Draining, "DRAINING"));

    /// <summary>Spellings of <see cref="ObjectKind"/>.</summary>
    public static WireTable<ObjectKind> ObjectKinds { get; } = new(
        (ObjectKind.Listener, "listener"), (ObjectKind.Pool, "pool"), (ObjectKind.Member, "member"),
        (ObjectKind.HealthMonitor, "health_monitor"), (ObjectKind.L7Policy, "l7policy"), (ObjectKind.L7Rule, "l7rule"));

    /// <summary>Spellings of <see cref="QuotaKind"/>.</summary>
    public static WireTable<QuotaKind> QuotaKinds { get; } = new(
        (QuotaKind.LoadBalancer, "load_balancer"), (QuotaKind.Listener, "listener"), (QuotaKind.Pool, "pool"), (QuotaKind.Member, "member"),
        (QuotaKind.HealthMonitor, "health_monitor"), (QuotaKind.L7Policy, "l7policy"), (QuotaKind.L7Rule, "l7rule"));

    /// <summary>The word in the database and in the API.</summary>
    public static string ToWire(this RowStatus value) => RowStatuses.Spell(value);

    /// <summary>The word in the database and in the API.</summary>
    public static string ToWire(this OperatingStatus value) => OperatingStatuses.Spell(value);

    /// <summary>The word in the database.</summary>
    public static string ToWire(this ObjectKind value) => ObjectKinds.Spell(value);

    /// <summary>The word in the database and in the API.</summary>
    public static string ToWire(this QuotaKind value) => QuotaKinds.Spell(value);
}
