// What the amphorae of a load balancer are told now, from its rows.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Subnet = Amphora.Controller.Drivers.Networking.Subnet;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>A document, and whom it is for.</summary>
/// <param name="Push">The document with its files.</param>
/// <param name="Amphorae">Those that serve, oldest first.</param>
internal sealed record PreparedPush(LoadBalancerPush Push, IReadOnlyList<AmphoraRow> Amphorae)
{
    /// <summary>Reads what is wanted now.</summary>
    /// <exception cref="DriverException">There is nobody to tell, or the document would be refused.</exception>
    public static async Task<PreparedPush> ReadAsync(LoadBalancerServices services, Guid loadBalancer, CancellationToken cancellationToken)
    {
        var (row, objects, amphorae, containers) = await services.Database.ReadAsync(
            async (transaction, token) =>
            {
                var row = await new LoadBalancerRows(transaction).GetAsync(loadBalancer, token) ?? throw new DriverException($"cannot update load balancer {loadBalancer}: its row is gone");
                var objects = await new ObjectRows(transaction).LoadAsync(loadBalancer, token);
                var amphorae = (await new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer, token)).Where(CanServe).ToList();
                return (row, objects, amphorae, await TlsContainers.FindAsync(transaction, LoadBalancerTree.Join(row, objects), row.ProjectId, token));
            },
            cancellationToken);
        if (amphorae.Count == 0)
        {
            throw new DriverException($"cannot update load balancer {loadBalancer}: it has no amphora");
        }

        if (containers.Refusal is { } refusal)
        {
            throw new DriverException($"cannot update load balancer {loadBalancer}: {refusal.Message}");
        }

        var stamp = new DocumentStamp(services.Time.GetUtcNow().ToUnixTimeMilliseconds(), services.Settings.DefaultConnectionLimit) { TlsContainers = containers.Value };
        var text = AmphoraDocument.Write(row, objects, amphorae, await SubnetsAsync(services, row, cancellationToken), stamp);
        var (push, faults) = LoadBalancerPush.Prepare(text, name => containers.Value.FirstOrDefault(container => container.File == name) is { } found ? services.Tls.Open(found) : null, []);
        return push is null
            ? throw new DriverException($"cannot update load balancer {loadBalancer}: {string.Join("; ", faults.Select(static fault => $"{fault.Path}: {fault.Message}"))}")
            : new PreparedPush(push, amphorae);
    }

    /// <summary>Whether an amphora is the load balancer's and has the VIP's port.</summary>
    public static bool CanServe(AmphoraRow amphora) => amphora is { Status: AmphoraStatus.Allocated, VrrpIp: not null };

    private static async Task<IReadOnlyList<Subnet>> SubnetsAsync(LoadBalancerServices services, LoadBalancerRow row, CancellationToken cancellationToken)
    {
        List<Subnet> subnets = [];
        foreach (var id in row.AdditionalVips.Select(static vip => vip.SubnetId).Prepend(row.VipSubnetId!.Value))
        {
            subnets.Add(await services.Network.GetSubnetAsync(id, cancellationToken)
                ?? throw new DriverException($"cannot update load balancer {row.Id}: there is no subnet {id}", DriverErrorKind.NotFound));
        }

        return subnets;
    }
}
