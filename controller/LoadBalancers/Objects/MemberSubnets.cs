// The subnets that members say they are in (load-balancer-api.md §10: must exist).
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Knows which subnets there are. The network is not asked in a transaction: what is not known in one is asked for after it, and then the
/// transaction begins again.</summary>
/// <param name="network">Who knows.</param>
internal sealed class MemberSubnets(INetworkDriver network)
{
    private const string Field = "subnet_id";

    private readonly Dictionary<Guid, bool> _known = [];
    private readonly HashSet<Guid> _unknown = [];

    /// <summary>Records something in transactions that <see cref="Check"/>, until every subnet is known.</summary>
    public async Task<Decision<T>> RecordAsync<T>(Func<CancellationToken, Task<Decision<T>>> record, CancellationToken cancellationToken)
    {
        Decision<T> decision;
        do
        {
            decision = await record(cancellationToken);
        }
        while (await AskAsync(cancellationToken));
        return decision;
    }

    /// <summary>Checks a tree that keeps all other rules; what is not known yet is refused.</summary>
    /// <param name="tree">An object with pools.</param>
    /// <param name="there">Members among these are not checked: whatever became of their subnets, they can be changed and deleted.</param>
    /// <returns>Null when there are no faults.</returns>
    public Refusal? Check(JsonObject tree, IEnumerable<ObjectRow> there)
    {
        var old = there.Where(static row => row.Kind == ObjectKind.Member).Select(static row => row.Id).ToHashSet();
        List<(JsonNode Value, string Path)> missing = [];
        foreach (var (at, pool) in new ObjectTree(tree).Pools.Index())
        {
            foreach (var (position, member) in ObjectTree.List(pool, "members").Index())
            {
                if (member[Field] is { } subnet && !old.Contains((Guid)member["id"]!) && !IsThere(subnet))
                {
                    missing.Add((subnet, $"/loadbalancer/pools/{at}/members/{position}/{Field}"));
                }
            }
        }

        return missing is [var first, ..] ? Refuse(first.Value, missing) : null;
    }

    // True when there was something to ask for.
    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        var isNew = _unknown.Count > 0;
        foreach (var id in _unknown)
        {
            _known[id] = await network.GetSubnetAsync(id, cancellationToken) is not null;
        }

        _unknown.Clear();
        return isNew;
    }

    private bool IsThere(JsonNode value)
    {
        if (new IdShape().Read(value) is not { } id)
        {
            return false;
        }

        if (_known.TryGetValue((Guid)id, out var isThere))
        {
            return isThere;
        }

        _unknown.Add((Guid)id);
        return false;
    }

    private static Refusal Refuse(JsonNode first, IEnumerable<(JsonNode Value, string Path)> missing) => ResourceType.Invalid(ObjectTypes.Member[Field], first, "There is no such subnet.") with
    {
        Faults = [.. missing.Select(static one => new Fault(one.Path, Field, $"there is no subnet {ResourceType.Spell(one.Value)}"))],
    };
}
