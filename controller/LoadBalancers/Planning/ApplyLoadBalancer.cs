// Use case: a load balancer is to be as a document says, whatever it is now.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers.Planning;

/// <summary>What is wanted.</summary>
/// <param name="Id">Which load balancer; null: the one of the name.</param>
/// <param name="Fields">Its own fields, as they are stored.</param>
/// <param name="Tree">What is to hang below it.</param>
internal sealed record WantedLoadBalancer(Guid? Id, JsonObject Fields, JsonObject Tree)
{
    // What showing a load balancer tells beside its fields.
    private static readonly string[] s_shown =
        ["id", "listeners", "pools", "amphorae", "provisioning_status", "operating_status", "vip_port_id", "vip_network_id", "additional_vips"];

    /// <summary>What it is called.</summary>
    public string Name => (string?)Fields["name"] ?? "";

    /// <summary>Reads the object of a document; ids are ids by now.</summary>
    public static Decision<WantedLoadBalancer> Read(JsonObject given)
    {
        var fields = LoadBalancerFields.Type.ReadNew(new JsonObject(given.Where(static field => !s_shown.Contains(field.Key) && field.Value is not null)
            .Select(static field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));
        var tree = WantedTree.Read(given);
        if ((fields.Refusal ?? tree.Refusal) is { } refusal)
        {
            return refusal;
        }

        var id = given["id"] is { } word ? new IdShape().Read(word) : null;
        return given["id"] is null == id is null
            ? new WantedLoadBalancer((Guid?)id, fields.Value, tree.Value)
            : new Refusal(RefusalKind.Invalid, $"id {given["id"]} is no UUID");
    }
}

/// <summary>What happens to a load balancer.</summary>
/// <param name="There">As it is; null: it comes.</param>
/// <param name="Step">The load balancer itself.</param>
/// <param name="Below">What hangs below it.</param>
internal sealed record LoadBalancerPlan(LoadBalancerRow? There, PlanStep Step, TreePlan Below)
{
    /// <summary>Every step.</summary>
    public IEnumerable<PlanStep> Steps => Below.Steps.Prepend(Step);

    /// <summary>True when nothing has to happen.</summary>
    public bool IsNothing => Step.Verb == PlanVerb.Keep && Below.IsNothing;
}

/// <summary>What was planned, and recorded.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Begun">Its flow; null: there is nothing to do.</param>
internal sealed record Applied(LoadBalancerPlan Plan, Begun? Begun)
{
    /// <summary>False: a load balancer's own fields come first, and it has to be applied again when their flow has ended.</summary>
    public bool IsWhole { get; init; } = true;
}

/// <summary>Plans and records. What is recorded is planned in the transaction that records it.</summary>
internal sealed class ApplyLoadBalancer(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>The plan; nothing is changed.</summary>
    public async Task<Decision<LoadBalancerPlan>> PlanAsync(WantedLoadBalancer wanted, CancellationToken cancellationToken)
    {
        var subnetId = (Guid)wanted.Fields["vip_subnet_id"]!;
        if (await services.Network.GetSubnetAsync(subnetId, cancellationToken) is not { } subnet)
        {
            return new Refusal(RefusalKind.Invalid, $"Subnet {subnetId} not found.");
        }

        var subnets = new MemberSubnets(services.Network);
        return await subnets.RecordAsync(cancel => services.Database.ReadAsync<Decision<LoadBalancerPlan>>(
            async (transaction, token) =>
            {
                var there = await FindAsync(transaction, wanted, token);
                if (there.Refusal is { } several)
                {
                    return several;
                }

                IReadOnlyList<ObjectRow> objects = there.Value is { } row ? await new ObjectRows(transaction).LoadAsync(row.Id, token) : [];
                var plan = Plan(wanted, there.Value, there.Value is { } known ? LoadBalancerTree.Join(known, objects) : []);
                var tree = plan.Refusal is null ? plan.Value.Below.Tree : null;
                return tree is not null && (await TreeRules.CheckAsync(transaction, there.Value ?? RowOf(wanted), tree, subnet, token) ?? subnets.Check(tree, objects)) is { } fault ? fault : plan;
            },
            cancel), cancellationToken);
    }

    /// <summary>Records what the plan says.</summary>
    public async Task<Decision<Applied>> RecordAsync(WantedLoadBalancer wanted, CancellationToken cancellationToken)
    {
        var planned = await PlanAsync(wanted, cancellationToken);
        if (planned.Refusal is { } refusal)
        {
            return refusal;
        }

        if (planned.Value.IsNothing)
        {
            return new Applied(planned.Value, null);
        }

        if (planned.Value.There is not { } row)
        {
            var created = await new CreateLoadBalancer(services, engine).RecordAsync(RequestOf(wanted, planned.Value.Below.Tree), cancellationToken);
            return created.Refusal is { } no ? no : new Applied(planned.Value, created.Value);
        }

        if (planned.Value.Step.Verb == PlanVerb.Change)
        {
            var change = new LoadBalancerChange { Name = wanted.Name, Description = (string?)wanted.Fields["description"] ?? "", AdminStateUp = (bool?)wanted.Fields["admin_state_up"] ?? true };
            var updated = await new UpdateLoadBalancer(services, engine).RecordAsync(row.Id, change, cancellationToken);
            return updated.Refusal is { } busy ? busy : new Applied(planned.Value, updated.Value) { IsWhole = planned.Value.Below.IsNothing };
        }

        return await ChangeAsync(wanted, row, cancellationToken);
    }

    private async Task<Decision<Applied>> ChangeAsync(WantedLoadBalancer wanted, LoadBalancerRow row, CancellationToken cancellationToken)
    {
        Decision<LoadBalancerPlan> plan = default;
        var begun = await new ChangeObjects(services, engine).RecordAsync(row.Id, root =>
        {
            plan = Plan(wanted, row, root);
            if (plan.Refusal is null)
            {
                root["listeners"] = plan.Value.Below.Tree["listeners"]!.DeepClone();
                root["pools"] = plan.Value.Below.Tree["pools"]!.DeepClone();
            }

            return plan.Refusal;
        }, cancellationToken);
        return begun.Refusal is { } refusal ? refusal : new Applied(plan.Value, begun.Value);
    }

    private static Decision<LoadBalancerPlan> Plan(WantedLoadBalancer wanted, LoadBalancerRow? there, JsonObject now)
    {
        var own = there is null ? new PlanStep(PlanVerb.Create, "loadbalancer", wanted.Name, []) : Compare(there, wanted.Fields);
        var below = TreePlanner.Plan(now, wanted.Tree);
        return (own.Refusal ?? below.Refusal) is { } refusal ? refusal : new LoadBalancerPlan(there, own.Value, below.Value);
    }

    private static Decision<PlanStep> Compare(LoadBalancerRow there, JsonObject wanted)
    {
        var now = new JsonObject
        {
            ["name"] = there.Name,
            ["description"] = there.Description,
            ["admin_state_up"] = there.AdminStateUp,
            ["project_id"] = there.ProjectId,
            ["vip_subnet_id"] = there.VipSubnetId?.ToString(),
            ["vip_address"] = there.VipAddress?.ToString(),
            ["topology"] = there.Topology.ToWire(),
        };
        List<FieldChange> changes = [];
        // What is fixed and not said is as it is.
        foreach (var field in LoadBalancerFields.Type.Fields.Where(field => !field.IsFixed || wanted[field.Name] is not null))
        {
            var (before, after) = (now[field.Name], field.Of(wanted));
            if (ResourceType.Spell(before) == ResourceType.Spell(after))
            {
                continue;
            }

            if (field.IsFixed)
            {
                return ResourceType.Invalid(field, after, $"Load Balancer {there.Id} was created with {ResourceType.Spell(before)}.");
            }

            changes.Add(FieldChange.Of(field.Name, before, after));
        }

        return new PlanStep(changes.Count > 0 ? PlanVerb.Change : PlanVerb.Keep, "loadbalancer", there.Name, [.. changes]);
    }

    private static async Task<Decision<LoadBalancerRow?>> FindAsync(DatabaseTransaction transaction, WantedLoadBalancer wanted, CancellationToken cancellationToken)
    {
        var found = await new LoadBalancerRows(transaction).FindAsync(wanted.Id?.ToString() ?? wanted.Name, null, cancellationToken);
        return found switch
        {
            [var only] => only,
            [] when wanted.Id is null => default(LoadBalancerRow),
            [] => new Refusal(RefusalKind.NotFound, $"Load Balancer {wanted.Id} not found."),
            _ => new Refusal(RefusalKind.Conflict, $"{found.Count} load balancers are named {wanted.Name}: {string.Join(", ", found.Select(static row => row.Id))}. Say which by id."),
        };
    }

    private static CreateLoadBalancerRequest RequestOf(WantedLoadBalancer wanted, JsonObject tree)
    {
        var row = RowOf(wanted);
        return new CreateLoadBalancerRequest
        {
            Name = row.Name,
            Description = row.Description,
            ProjectId = row.ProjectId,
            AdminStateUp = row.AdminStateUp,
            Topology = row.Topology,
            VipSubnetId = row.VipSubnetId!.Value,
            VipAddress = row.VipAddress,
            Tree = tree,
        };
    }

    private static LoadBalancerRow RowOf(WantedLoadBalancer wanted) => new()
    {
        Id = Guid.NewGuid(),
        Name = wanted.Name,
        Description = (string?)wanted.Fields["description"] ?? "",
        ProjectId = (string?)wanted.Fields["project_id"] ?? "default",
        AdminStateUp = (bool?)wanted.Fields["admin_state_up"] ?? true,
        Topology = WireNames.Topologies.TryRead((string?)wanted.Fields["topology"], out var topology) ? topology : Amphora.Contract.DesiredState.Topology.Single,
        VipSubnetId = (Guid)wanted.Fields["vip_subnet_id"]!,
        VipAddress = (string?)wanted.Fields["vip_address"] is { } address ? IPAddress.Parse(address) : null,
    };
}
