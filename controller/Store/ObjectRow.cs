// A row of objects: a listener, pool, member, health monitor, L7 policy or rule.
using System.Globalization;
using System.Net;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>What the database needs to know of an object; what the user said about it is <see cref="Body"/>.</summary>
internal sealed record ObjectRow
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>Under which load balancer.</summary>
    public required Guid LoadBalancerId { get; init; }

    /// <summary>The pool of a member or health monitor, the listener of a policy, the policy of a rule.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Order among its like.</summary>
    public int Position { get; init; }

    /// <summary>What no other object of the load balancer may have, of <see cref="ObjectKey"/>.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Never DELETED: the row goes.</summary>
    public RowStatus ProvisioningStatus { get; init; } = RowStatus.PendingCreate;

    /// <summary>What heartbeats say.</summary>
    public OperatingStatus OperatingStatus { get; init; } = OperatingStatus.Offline;

    /// <summary>Owner.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user's fields as JSON, which the database does not read.</summary>
    public required string Body { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the database: the last change of the body, position or provisioning status.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    internal static SqlFragment Columns { get; } = new("""
        id, kind, load_balancer_id, parent_id, position, unique_key, provisioning_status, operating_status, project_id, body, created_at, updated_at
        """);

    internal static ObjectRow Read(SqlRow row) => new()
    {
        Id = row.Id("id"),
        Kind = row.Word("kind", StoreNames.ObjectKinds),
        LoadBalancerId = row.Id("load_balancer_id"),
        ParentId = row.IdOrNull("parent_id"),
        Position = (int)row.Number("position"),
        UniqueKey = row.TextOrNull("unique_key"),
        ProvisioningStatus = row.Word("provisioning_status", StoreNames.RowStatuses),
        OperatingStatus = row.Word("operating_status", StoreNames.OperatingStatuses),
        ProjectId = row.Text("project_id"),
        Body = row.Text("body"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.TimeOrNull("updated_at"),
    };

    internal object?[] ToValues(DateTimeOffset createdAt) =>
    [
        Id, Kind.ToWire(), LoadBalancerId, ParentId, Position, UniqueKey, ProvisioningStatus.ToWire(), OperatingStatus.ToWire(), ProjectId, Body, createdAt, null,
    ];
}

/// <summary>Keys of what may be under a load balancer once; kinds that are not here may be there any number of times.</summary>
internal static class ObjectKey
{
    /// <summary>One listener a port of a protocol of layer 4.</summary>
    public static string OfListener(ListenerProtocol protocol, int port) => string.Create(CultureInfo.InvariantCulture, $"listener {LayerFour(protocol)} {port}");

    /// <summary>One member an address and port of a pool.</summary>
    public static string OfMember(Guid pool, IPAddress address, int port) => string.Create(CultureInfo.InvariantCulture, $"member {pool} {address} {port}");

    /// <summary>One health monitor a pool.</summary>
    public static string OfHealthMonitor(Guid pool) => $"health_monitor {pool}";

    private static string LayerFour(ListenerProtocol protocol) => protocol switch
    {
        ListenerProtocol.Udp => "udp",
        ListenerProtocol.Sctp => "sctp",
        _ => "tcp",
    };
}
