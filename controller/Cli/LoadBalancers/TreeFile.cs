// Files that say what a load balancer, or what hangs below it, is to be.
using System.Text.Json.Nodes;
using Amphora.Controller.Cli.Objects;
using Amphora.Controller.Flows;
using Amphora.Controller.Hosting;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Planning;

namespace Amphora.Controller.Cli.LoadBalancers;

/// <summary>Reads them; names of subnets become ids.</summary>
internal static class TreeFile
{
    /// <summary>Listeners and pools for a new load balancer, complete with ids.</summary>
    public static async Task<Decision<JsonObject>> ReadAsync(string path, RunningController controller, CancellationToken cancellationToken)
    {
        var given = await ReadObjectAsync(path, controller, cancellationToken);
        if (given.Refusal is { } unreadable)
        {
            return unreadable;
        }

        if (given.Value.FirstOrDefault(static field => field.Key is not ("listeners" or "pools")) is { Key: { } unknown })
        {
            return new Refusal(RefusalKind.Invalid, $"/{unknown}: the file has listeners and pools, and nothing else; what a load balancer is itself is said by options");
        }

        var wanted = WantedTree.Read(given.Value);
        if (wanted.Refusal is { } wrong)
        {
            return wrong;
        }

        var plan = TreePlanner.Plan([], wanted.Value);
        return plan.Refusal is { } refusal ? refusal : plan.Value.Tree;
    }

    /// <summary>A whole load balancer.</summary>
    public static async Task<Decision<WantedLoadBalancer>> ReadLoadBalancerAsync(string path, RunningController controller, CancellationToken cancellationToken)
    {
        var given = await ReadObjectAsync(path, controller, cancellationToken);
        return given.Refusal is { } unreadable ? unreadable : WantedLoadBalancer.Read(given.Value);
    }

    private static async Task<Decision<JsonObject>> ReadObjectAsync(string path, RunningController controller, CancellationToken cancellationToken)
    {
        var read = JsonFile.ReadObject(path);
        if (read.Refusal is not null)
        {
            return read;
        }

        var given = read.Value["loadbalancer"] as JsonObject ?? read.Value;
        return await ResolveAsync(given, controller, cancellationToken) is { } missing ? missing : given.DeepClone().AsObject();
    }

    private static async Task<Refusal?> ResolveAsync(JsonNode? node, RunningController controller, CancellationToken cancellationToken)
    {
        IEnumerable<JsonNode?> below = node is JsonArray items ? items : (node as JsonObject ?? []).Select(static field => field.Value);
        foreach (var part in below.ToList())
        {
            if (await ResolveAsync(part, controller, cancellationToken) is { } missing)
            {
                return missing;
            }
        }

        foreach (var name in (string[])["subnet_id", "vip_subnet_id"])
        {
            if (node is JsonObject fields && await new SubnetNames(controller.Services.Network).ResolveAsync(fields, name, cancellationToken) is { } missing)
            {
                return missing;
            }
        }

        return null;
    }
}
