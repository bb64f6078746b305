// What the command line says of each kind of object, beside its fields.
using Amphora.Contract;
using Amphora.Controller.LoadBalancers.Fields;

namespace Amphora.Controller.Cli.Objects;

/// <summary>A noun.</summary>
/// <param name="Type">What it is about.</param>
/// <param name="Description">For the help.</param>
internal sealed record ObjectNoun(ObjectType Type, string Description)
{
    /// <summary>The kinds below, by their nouns.</summary>
    public static ValueList<ObjectNoun> All { get; } =
    [
        new(ObjectTypes.Listener, "Listeners: where clients connect."),
        new(ObjectTypes.Pool, "Pools of members.") { HasParentOptions = true },
        new(ObjectTypes.Member, "Members of a pool.") { Parent = ObjectTypes.Pool, IsAlwaysWithin = true },
        new(ObjectTypes.HealthMonitor, "Health monitors: which members of a pool are up.") { Parent = ObjectTypes.Pool },
        new(ObjectTypes.L7Policy, "L7 policies of listeners: what is done with some requests.") { Parent = ObjectTypes.Listener },
        new(ObjectTypes.L7Rule, "L7 rules: which requests a policy is for.") { Parent = ObjectTypes.L7Policy, IsAlwaysWithin = true },
    ];

    /// <summary>What it hangs below and is created in; null: the load balancer.</summary>
    public ObjectType? Parent { get; init; }

    /// <summary>Every command names the parent first, as its path in the API does.</summary>
    public bool IsAlwaysWithin { get; init; }

    /// <summary>Created with --loadbalancer or --listener.</summary>
    public bool HasParentOptions { get; init; }
}
