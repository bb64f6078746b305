// What a running HAProxy can be asked.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>Questions to the process of a load balancer. Each has a time limit and checks that the answer answers it.</summary>
internal interface IHaproxyRuntime
{
    /// <summary><c>show info</c>.</summary>
    Task<Outcome<HaproxyWorker>> ShowInfoAsync(string loadBalancerId, CancellationToken cancellationToken);

    /// <summary><c>show stat</c>: frontends, backends and servers in one answer, so that they belong together.</summary>
    Task<Outcome<HaproxyStatistics>> ShowStatAsync(string loadBalancerId, CancellationToken cancellationToken);

    /// <summary>As <see cref="ShowStatAsync"/> without servers, which are most of it.</summary>
    Task<Outcome<HaproxyStatistics>> ShowTrafficAsync(string loadBalancerId, CancellationToken cancellationToken);

    /// <summary><c>show servers state</c>: the text a new process takes over.</summary>
    Task<Outcome<string>> ShowServersStateAsync(string loadBalancerId, CancellationToken cancellationToken);
}
