// The rules for what hangs below a load balancer.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Subnet = Amphora.Controller.Drivers.Networking.Subnet;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>The agent's own rules, so that what passes here is not refused there, and those of the API that it does not know.</summary>
internal static class TreeRules
{
    // One port twice, one member twice (load-balancer-api.md §4: 409).
    private static readonly string[] s_duplicates = ["V3", "V7"];

    /// <summary>Checks a tree, with the TLS containers it refers to.</summary>
    /// <param name="transaction">In it they are looked up.</param>
    /// <param name="row">Its load balancer; who serves it need not be known yet.</param>
    /// <param name="tree">An object with listeners and pools.</param>
    /// <param name="subnet">Of the VIP.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when there are no faults.</returns>
    public static async Task<Refusal?> CheckAsync(DatabaseTransaction transaction, LoadBalancerRow row, JsonObject tree, Subnet subnet, CancellationToken cancellationToken)
    {
        var containers = await TlsContainers.FindAsync(transaction, tree, row.ProjectId, cancellationToken);
        return containers.Refusal ?? Check(row, tree, subnet, containers.Value);
    }

    /// <summary>Checks a tree.</summary>
    /// <param name="row">Its load balancer; who serves it need not be known yet.</param>
    /// <param name="tree">An object with listeners and pools.</param>
    /// <param name="subnet">Of the VIP.</param>
    /// <param name="containers">What it refers to.</param>
    /// <returns>Null when there are no faults.</returns>
    public static Refusal? Check(LoadBalancerRow row, JsonObject tree, Subnet subnet, IReadOnlyList<TlsContainerRow> containers)
    {
        var address = row.VipAddress ?? subnet.Cidr.Address;
        var amphora = new AmphoraRow { Id = Guid.NewGuid(), VrrpIp = address, HaIp = address, LbNetworkIp = IPAddress.Loopback };
        var single = row with { Topology = Topology.Single, VipAddress = address, VrrpGroup = null };
        var document = JsonNode.Parse(AmphoraDocument.Write(single, [], [amphora], [subnet], new DocumentStamp(1) { TlsContainers = containers }))!;
        var told = LoadBalancerTree.ForAmphorae(tree.DeepClone().AsObject());
        foreach (var name in (string[])["listeners", "pools"])
        {
            if (told[name] is { } part)
            {
                document["loadbalancer"]![name] = part.DeepClone();
            }
        }

        var faults = DesiredStateReader.Read(Encoding.UTF8.GetBytes(document.ToJsonString())).Faults;
        return faults.Count == 0 ? CheckObjects(row, new ObjectTree(tree), address) : new Refusal(faults.All(static fault => s_duplicates.Contains(fault.Rule)) ? RefusalKind.Conflict : RefusalKind.Invalid, $"cannot use what is below load balancer {row.Name}: {faults[0].Path}: {faults[0].Message}") { Faults = faults };
    }

    private static Refusal? CheckObjects(LoadBalancerRow row, ObjectTree tree, IPAddress vip) =>
        tree.All.Select(ObjectRules.Check).FirstOrDefault(static refusal => refusal is not null) ?? CheckFamilies(row, tree, vip);

    // config-rendering.md §15: kernel load balancing does not translate between families; the agent knows only pools that a listener has.
    private static Refusal? CheckFamilies(LoadBalancerRow row, ObjectTree tree, IPAddress vip)
    {
        var families = row.AdditionalVips.Select(static additional => additional.IpAddress).Append(vip).Select(static address => address.AddressFamily).ToHashSet();
        var foreign = tree.Pools.Where(static pool => (string?)pool["protocol"] is "UDP" or "SCTP").SelectMany(static pool => ObjectTree.List(pool, "members"))
            .FirstOrDefault(member => !families.Contains(IPAddress.Parse((string)member["address"]!).AddressFamily));
        return foreign is null ? null : new Refusal(RefusalKind.Unsupported,
            $"Provider 'amphora' does not support a requested option: address {foreign["address"]} of a member of a UDP or SCTP pool, which has to be of the family of a VIP.");
    }
}
