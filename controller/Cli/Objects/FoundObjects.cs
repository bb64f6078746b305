// Objects by what the command line calls them.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Objects;

/// <summary>Where an object is, or is to be.</summary>
/// <param name="LoadBalancerId">Below which load balancer.</param>
/// <param name="ParentId">Below which object; null: the load balancer itself.</param>
internal sealed record ObjectPlace(Guid LoadBalancerId, Guid? ParentId);

/// <summary>Looks things up in a controller's rows.</summary>
/// <param name="controller">Which.</param>
internal sealed class FoundObjects(RunningController controller)
{
    private static readonly string[] s_pools = ["default_pool_id", "redirect_pool_id"];

    /// <summary>Whose rows.</summary>
    public RunningController Controller => controller;

    /// <summary>The object of a name or id.</summary>
    public Task<Decision<ObjectRow>> FindAsync(ObjectKind kind, string nameOrId, Func<ObjectRow, bool> within, CancellationToken cancellationToken) =>
        controller.Database.ReadAsync((transaction, token) => ObjectLookup.FindAsync(transaction, kind, nameOrId, within, token), cancellationToken);

    /// <summary>The load balancer of a name or id.</summary>
    public Task<Decision<LoadBalancerRow>> LoadBalancerAsync(string nameOrId, CancellationToken cancellationToken) =>
        controller.Database.ReadAsync((transaction, token) => ObjectLookup.FindLoadBalancerAsync(transaction, nameOrId, token), cancellationToken);

    /// <summary>One object as the API shows it; null when it is gone.</summary>
    public Task<JsonObject?> ViewAsync(Guid id, CancellationToken cancellationToken) => controller.Database.ReadAsync(
        async (transaction, token) =>
        {
            var rows = new ObjectRows(transaction);
            return await rows.GetAsync(id, token) is { } row ? ObjectView.Write(row, await rows.LoadAsync(row.LoadBalancerId, token)) : null;
        },
        cancellationToken);

    /// <summary>Many as the API shows them, in the order of their positions.</summary>
    public Task<IReadOnlyList<JsonObject>> ViewsAsync(ObjectKind kind, Func<ObjectRow, bool> within, CancellationToken cancellationToken) => controller.Database.ReadAsync<IReadOnlyList<JsonObject>>(
        async (transaction, token) =>
        {
            var rows = new ObjectRows(transaction);
            List<JsonObject> views = [];
            foreach (var siblings in (await rows.ListAsync(kind, null, token)).Where(within).GroupBy(static row => row.LoadBalancerId))
            {
                var all = await rows.LoadAsync(siblings.Key, token);
                views.AddRange(siblings.GroupBy(static row => row.ParentId).SelectMany(static beside => beside.OrderBy(static row => row.Position)).Select(row => ObjectView.Write(row, all)));
            }

            return views;
        },
        cancellationToken);

    /// <summary>Fields in which names stand for ids.</summary>
    public async Task<Decision<JsonObject>> ResolveAsync(JsonObject given, Guid loadBalancer, CancellationToken cancellationToken)
    {
        foreach (var name in s_pools.Where(name => given[name] is not null))
        {
            var pool = await FindAsync(ObjectKind.Pool, (string)given[name]!, row => row.LoadBalancerId == loadBalancer, cancellationToken);
            if (pool.Refusal is { } missing)
            {
                return missing;
            }

            given[name] = pool.Value.Id.ToString();
        }

        return await new SubnetNames(controller.Services.Network).ResolveAsync(given, "subnet_id", cancellationToken) is { } unknown ? unknown : given;
    }
}
