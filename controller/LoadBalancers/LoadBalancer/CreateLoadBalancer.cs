// Use case: a new load balancer, with everything below it if that is given (load-balancer-api.md §§7, 17).
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.LoadBalancers.Quotas;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Subnet = Amphora.Controller.Drivers.Networking.Subnet;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Validates, counts and records: rows in PENDING_CREATE and their flow in one transaction, or nothing.</summary>
internal sealed class CreateLoadBalancer(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    /// <returns>Its id and flow, or why it is refused.</returns>
    public async Task<Decision<Begun>> RecordAsync(CreateLoadBalancerRequest request, CancellationToken cancellationToken)
    {
        if (LoadBalancerTexts.Check(request.Name, request.Description) is { } tooLong)
        {
            return tooLong;
        }

        if (await services.Network.GetSubnetAsync(request.VipSubnetId, cancellationToken) is not { } subnet)
        {
            return new Refusal(RefusalKind.Invalid, $"Subnet {request.VipSubnetId} not found.");
        }

        if (request.VipAddress is { } address && !subnet.Cidr.Contains(address))
        {
            return new Refusal(RefusalKind.Invalid, $"cannot use VIP address {address}: it is not in {subnet.Cidr} of subnet {subnet.Id}");
        }

        var row = new LoadBalancerRow
        {
            Id = Guid.NewGuid(),
            ProjectId = request.ProjectId,
            Name = request.Name,
            Description = request.Description,
            AdminStateUp = request.AdminStateUp,
            Topology = request.Topology,
            VipAddress = request.VipAddress,
            VipPortId = request.VipPortId,
            VipSubnetId = subnet.Id,
            VipNetworkId = subnet.NetworkId,
        };
        return await RecordAsync(row, request.Tree ?? [], subnet, cancellationToken);
    }

    private Task<Decision<Begun>> RecordAsync(LoadBalancerRow row, JsonObject tree, Subnet subnet, CancellationToken cancellationToken)
    {
        var isPair = row.Topology == Topology.ActiveStandby;
        var input = new CreateLoadBalancerInput(row.Id, Guid.NewGuid(), isPair ? Guid.NewGuid() : null, isPair && services.Settings.EnableAntiAffinity);
        var flow = engine.Prepare(CreateLoadBalancerFlow.Name, row.Id, JsonSerializer.Serialize(input, FlowInputs.Default.CreateLoadBalancerInput));
        var subnets = new MemberSubnets(services.Network);
        return subnets.RecordAsync(cancel => services.Database.InTransactionAsync<Decision<Begun>>(
            async (transaction, token) =>
            {
                if ((await TreeRules.CheckAsync(transaction, row, tree, subnet, token) ?? subnets.Check(tree, [])) is { } refusal)
                {
                    transaction.Abandon();
                    return refusal;
                }

                var below = LoadBalancerTree.Split(tree, row.Id, row.ProjectId);
                if (await new QuotaRows(transaction).TakeAsync(row.ProjectId, QuotaUse.Of(below), services.Settings.Quotas, token) is { Count: > 0 } met)
                {
                    transaction.Abandon();
                    return QuotaRefusal.Of(met);
                }

                await new LoadBalancerRows(transaction).InsertAsync(row, token);
                if (below.Count > 0 && await new ObjectRows(transaction).InsertAsync(below, token) is { } conflict)
                {
                    transaction.Abandon();
                    return new Refusal(RefusalKind.Conflict, $"cannot create load balancer {row.Name}: {conflict.Objects[0].UniqueKey ?? conflict.Objects[0].Id.ToString()} is there twice");
                }

                await new FlowRows(transaction).InsertAsync(flow, token);
                return new Begun(row.Id, flow.Flow.Id);
            },
            cancel), cancellationToken);
    }
}

/// <summary>A load balancer that is asked for.</summary>
internal sealed record CreateLoadBalancerRequest
{
    /// <summary>For people.</summary>
    public string Name { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whose.</summary>
    public required string ProjectId { get; init; }

    /// <summary>False: no traffic.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>One amphora or two.</summary>
    public Topology Topology { get; init; } = Topology.Single;

    /// <summary>Where the VIP is.</summary>
    public required Guid VipSubnetId { get; init; }

    /// <summary>The VIP; null: any of the subnet.</summary>
    public IPAddress? VipAddress { get; init; }

    /// <summary>The user's port for it.</summary>
    public Guid? VipPortId { get; init; }

    /// <summary>Listeners and pools in the words of the desired state, with ids; null: none.</summary>
    public JsonObject? Tree { get; init; }
}
