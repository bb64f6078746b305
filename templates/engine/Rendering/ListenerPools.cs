// Which pools a listener uses: config-rendering §7.
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering;

/// <summary>The pools behind a listener.</summary>
internal static class ListenerPools
{
    /// <summary>Each shown pool once: the default pool, then the redirect pools of shown policies that own a rule. Disabled rules count,
    /// so that a pool is health-checked and reported although nothing points to it.</summary>
    public static IReadOnlyList<PoolAt> Of(ViewContext context, Listener listener)
    {
        var pools = new List<PoolAt>(1);
        Add(context.ShownPool(listener.DefaultPoolId));
        foreach (var policy in listener.L7Policies.OrderBy(policy => policy.Position))
        {
            if (policy.IsShown() && policy.Rules.Any(rule => Shown.Stays(rule.ProvisioningStatus)))
            {
                Add(context.ShownPool(policy.RedirectPoolId));
            }
        }

        return pools;

        void Add(PoolAt? pool)
        {
            if (pool is not null && !pools.Contains(pool))
            {
                pools.Add(pool);
            }
        }
    }
}
