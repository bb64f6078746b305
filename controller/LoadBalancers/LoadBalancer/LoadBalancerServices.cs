// What the tasks and use cases of load balancers work with.
using Amphora.Controller.Amphorae;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Tls;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Vips;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Store and drivers, as the parts of flows need them.</summary>
/// <param name="Amphorae">For amphorae.</param>
/// <param name="Vips">For VIPs.</param>
/// <param name="Tls">Opens what listeners and pools refer to.</param>
/// <param name="Settings">What operators choose.</param>
internal sealed record LoadBalancerServices(AmphoraServices Amphorae, VipServices Vips, TlsContainers Tls, LoadBalancerSettings Settings)
{
    /// <summary>The rows.</summary>
    public IDatabase Database => Vips.Database;

    /// <summary>Networks.</summary>
    public INetworkDriver Network => Vips.Network;

    /// <summary>The clock.</summary>
    public TimeProvider Time => Vips.Time;

    /// <summary>Changes rows of load balancers, all or nothing.</summary>
    public Task ChangeAsync(Func<DatabaseTransaction, CancellationToken, Task> change, CancellationToken cancellationToken) => Database.InTransactionAsync(change, cancellationToken);

    /// <summary>The last change of a flow, which gives the load balancer back. A controller may die before it has written that the flow ended; whoever
    /// goes on with it then does not touch a load balancer that is locked for another flow meanwhile.</summary>
    public Task GiveBackAsync(StepValues values, Guid loadBalancer, Func<DatabaseTransaction, CancellationToken, Task> change, CancellationToken cancellationToken) => ChangeAsync(
        async (transaction, token) =>
        {
            await new LoadBalancerRows(transaction).HoldAsync(loadBalancer, token);
            await (await new FlowRows(transaction).IsStillItsAsync(values.Lease, token) ? change(transaction, token) : Task.CompletedTask);
        },
        cancellationToken);
}

/// <summary>What operators choose; defaults are Octavia's (flows.md §13).</summary>
internal sealed record LoadBalancerSettings
{
    /// <summary>[nova] enable_anti_affinity: amphorae of a pair are kept on different hosts, and spares are not used for them.</summary>
    public bool EnableAntiAffinity { get; init; }

    /// <summary>[keepalived_vrrp] vrrp_advert_int, seconds.</summary>
    public int VrrpAdvertInt { get; init; } = 1;

    /// <summary>Connections of a listener without a limit of its own; null: the agent's default, Octavia's 50,000. Each takes two open files.</summary>
    public int? DefaultConnectionLimit { get; init; }

    /// <summary>failover_connection_max_retries × failover_connection_retry_interval: how long an amphora that may be dead is asked whether it serves,
    /// and to stop.</summary>
    public TimeSpan FailoverQuestionLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>active_connection_max_retries × active_connection_retry_interval: how long an amphora has to answer in a failover before it is passed over.</summary>
    public TimeSpan SurvivorLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most of each kind that a project may have; a kind that is not here is unlimited.</summary>
    public IReadOnlyDictionary<QuotaKind, int> Quotas { get; init; } = new Dictionary<QuotaKind, int>();
}
