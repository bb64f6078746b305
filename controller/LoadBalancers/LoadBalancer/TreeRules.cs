// The rules for what hangs below a load balancer.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Subnet = Amphora.Controller.Drivers.Networking.Subnet;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>The agent's own rules, so that what passes here is not refused there.</summary>
internal static class TreeRules
{
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
        return faults.Count == 0 ? null : new Refusal(RefusalKind.Invalid, $"cannot use what is below load balancer {row.Name}: {faults[0].Path}: {faults[0].Message}") { Faults = faults };
    }
}
