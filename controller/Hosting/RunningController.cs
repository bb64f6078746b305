// A controller that is open.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.LoadBalancers.Planning;
using Amphora.Controller.Store;

namespace Amphora.Controller.Hosting;

/// <summary>What a command or a role works with.</summary>
/// <param name="identity">What it proves itself with.</param>
/// <param name="services">Store and drivers.</param>
/// <param name="flows">Runs what is recorded.</param>
/// <param name="housekeeping">What is done again and again.</param>
internal sealed class RunningController(ControllerIdentity identity, LoadBalancerServices services, FlowEngine flows, IReadOnlyList<HousekeepingJob> housekeeping) : IAsyncDisposable
{
    /// <summary>Store and drivers.</summary>
    public LoadBalancerServices Services => services;

    /// <summary>The rows.</summary>
    public IDatabase Database => services.Database;

    /// <summary>Runs what is recorded.</summary>
    public FlowEngine Flows => flows;

    /// <summary>What is done again and again.</summary>
    public IReadOnlyList<HousekeepingJob> Housekeeping => housekeeping;

    /// <summary>What it proves itself with.</summary>
    public ControllerIdentity Identity => identity;

    /// <summary>Flows that ended here.</summary>
    public required FlowCounts FlowCounts { get; init; }

    /// <summary>A new load balancer.</summary>
    public Task<Decision<Begun>> CreateAsync(CreateLoadBalancerRequest request, CancellationToken cancellationToken) =>
        new CreateLoadBalancer(services, flows).RecordAsync(request, cancellationToken);

    /// <summary>Other fields of one.</summary>
    public Task<Decision<Begun?>> UpdateAsync(Guid id, LoadBalancerChange change, CancellationToken cancellationToken) =>
        new UpdateLoadBalancer(services, flows).RecordAsync(id, change, cancellationToken);

    /// <summary>New amphorae for one.</summary>
    public Task<Decision<Begun>> FailoverAsync(Guid id, CancellationToken cancellationToken) =>
        new FailoverLoadBalancer(services, flows).RecordAsync(id, cancellationToken);

    /// <summary>A new amphora in the place of one.</summary>
    public Task<Decision<Begun?>> FailoverAmphoraAsync(Guid amphora, CancellationToken cancellationToken) =>
        new FailoverAmphora(services, flows).RecordAsync(amphora, cancellationToken);

    /// <summary>The end of one.</summary>
    public Task<Decision<Begun>> DeleteAsync(Guid id, bool cascade, CancellationToken cancellationToken) =>
        new DeleteLoadBalancer(services, flows).RecordAsync(id, cascade, cancellationToken);

    /// <summary>Any change below one; null: there is nothing to do.</summary>
    public Task<Decision<Begun?>> ChangeAsync(Guid id, Func<JsonObject, Refusal?> edit, CancellationToken cancellationToken) =>
        new ChangeObjects(services, flows).RecordAsync(id, edit, cancellationToken);

    /// <summary>What would happen to one that is to be as a document says.</summary>
    public Task<Decision<LoadBalancerPlan>> PlanAsync(WantedLoadBalancer wanted, CancellationToken cancellationToken) =>
        new ApplyLoadBalancer(services, flows).PlanAsync(wanted, cancellationToken);

    /// <summary>Makes it so.</summary>
    public Task<Decision<Applied>> ApplyAsync(WantedLoadBalancer wanted, CancellationToken cancellationToken) =>
        new ApplyLoadBalancer(services, flows).RecordAsync(wanted, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await services.Database.DisposeAsync();
        identity.Dispose();
    }
}
