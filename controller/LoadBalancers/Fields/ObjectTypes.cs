// Listeners, pools, members, monitors, policies and rules as the API has them (load-balancer-api.md §§8–12).
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>The six kinds.</summary>
internal static class ObjectTypes
{
    /// <summary>A health monitor.</summary>
    public static ObjectType HealthMonitor { get; } = new(ObjectKind.HealthMonitor, "healthmonitor", "Health Monitor", MonitorFields.All);

    /// <summary>An L7 policy.</summary>
    public static ObjectType L7Policy { get; } = new(ObjectKind.L7Policy, "l7policy", "L7Policy", L7Fields.Policy);

    /// <summary>An L7 rule.</summary>
    public static ObjectType L7Rule { get; } = new(ObjectKind.L7Rule, "l7rule", "L7Rule", L7Fields.Rule);

    /// <summary>A listener.</summary>
    public static ObjectType Listener { get; } = new(ObjectKind.Listener, "listener", "Listener", ListenerFields.All);

    /// <summary>A member.</summary>
    public static ObjectType Member { get; } = new(ObjectKind.Member, "member", "Member", PoolFields.Member);

    /// <summary>A pool.</summary>
    public static ObjectType Pool { get; } = new(ObjectKind.Pool, "pool", "Pool", PoolFields.Pool);

    /// <summary>The type of a kind.</summary>
    public static ObjectType Of(ObjectKind kind) => kind switch
    {
        ObjectKind.Listener => Listener,
        ObjectKind.Pool => Pool,
        ObjectKind.Member => Member,
        ObjectKind.HealthMonitor => HealthMonitor,
        ObjectKind.L7Policy => L7Policy,
        _ => L7Rule,
    };
}

/// <summary>Fields that most kinds have.</summary>
internal static class HeadFields
{
    /// <summary>For people.</summary>
    public static ObjectField Name { get; } = new("name", new TextShape(), "For people.") { Default = "\"\"" };

    /// <summary>For people.</summary>
    public static ObjectField Description { get; } = new("description", new TextShape(), "For people.") { Default = "\"\"", IsKept = true };

    /// <summary>False: it is there and not used.</summary>
    public static ObjectField AdminStateUp { get; } = new("admin_state_up", new TruthShape(), "Used (default), or there and not used.") { Default = "true", Option = "enable", Negation = "disable" };

    /// <summary>For people and filters.</summary>
    public static ObjectField Tags { get; } = new("tags", new TextsShape(), "A word to find it by.") { Default = "[]", IsKept = true, Option = "tag" };
}
