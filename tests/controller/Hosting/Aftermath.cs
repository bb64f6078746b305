// What is there when everything has ended, against what was asked: rows, flows, and the world without machines.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Vips;
using Xunit;

namespace Amphora.Controller.Tests.Hosting;

/// <summary>Everything at one moment; each method compares one thing.</summary>
internal sealed class Aftermath
{
    private readonly IReadOnlyList<Tenant> _tenants;
    private readonly List<string> _problems = [];

    private IReadOnlyList<LoadBalancerRow> _balancers = [];
    private IReadOnlyList<AmphoraRow> _amphorae = [];
    private IReadOnlyList<FlowRecord> _flows = [];
    private IReadOnlyList<NetworkPort> _ports = [];
    private IReadOnlyList<NetworkSecurityGroup> _groups = [];
    private IReadOnlyList<ComputeMachine> _machines = [];

    private Aftermath(IReadOnlyList<Tenant> tenants) => _tenants = tenants;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEnumerable<Tenant> Alive => _tenants.Where(tenant => !tenant.IsDeleted);

    /// <summary>What is not as it should be, a line each.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(ServingPair pair, IReadOnlyList<Tenant> tenants)
    {
        Aftermath after = new(tenants)
        {
            _balancers = await pair.ReadAsync(transaction => new LoadBalancerRows(transaction).ListAsync(null, Cancel)),
            _amphorae = await pair.ReadAsync(transaction => new AmphoraRows(transaction).ListAsync(Cancel)),
            _flows = await pair.ReadAsync(transaction => new FlowRows(transaction).ListAsync(null, int.MaxValue, Cancel)),
            _ports = await pair.Network.ListPortsAsync(Cancel),
            _groups = await pair.Network.ListSecurityGroupsAsync(Cancel),
            _machines = await pair.Compute.ListAsync(Cancel),
        };
        await after.LoadBalancersAsync(pair);
        after.Vips();
        after.Amphorae();
        after.Machines(pair);
        after.Flows();
        await after.StepsAsync(pair);
        await after.ObjectsAsync(pair);
        return after._problems;
    }

    private async Task LoadBalancersAsync(ServingPair pair) => Same(
        "load balancers",
        _tenants.Select(tenant => $"{tenant.Name} {tenant.Id} {(tenant.IsDeleted ? "DELETED" : "ACTIVE")}"),
        // Also those that are deleted.
        await pair.ReadAsync(transaction => transaction.ListAsync($"SELECT id, name, provisioning_status FROM load_balancers", row => $"{row.Text("name")} {row.Id("id")} {row.Text("provisioning_status")}", Cancel)));

    private void Vips()
    {
        Unique("VIP", _balancers.Select(row => $"{row.VipAddress}"));
        Same(
            "ports of VIPs with their addresses",
            _balancers.Select(row => $"{row.VipPortId} {VipNames.VipPort(row.Id)} {row.VipAddress}"),
            _ports.Where(port => _tenants.Any(tenant => VipNames.VipPort(tenant.Id) == port.Name)).Select(port => $"{port.Id} {port.Name} {string.Join(' ', port.FixedIps.Select(ip => ip.IpAddress))}"));
        Same("security groups", Alive.Select(tenant => VipNames.SecurityGroup(tenant.Id)), _groups.Select(group => group.Name));
    }

    private void Amphorae()
    {
        Same(
            "amphorae that are allocated",
            Alive.SelectMany(tenant => Roles(tenant.Topology).Select(role => $"{tenant.Id} {role}")),
            _amphorae.Where(row => row.Status == AmphoraStatus.Allocated).Select(row => $"{row.LoadBalancerId} {row.Role}"));
        AmphoraStatus[] expected = [AmphoraStatus.Allocated, AmphoraStatus.Deleted, AmphoraStatus.Ready];
        Empty("an amphora is in the middle", _amphorae.Where(row => !expected.Contains(row.Status)).Select(row => $"{row.Id} {row.Status}"));
        Empty("a spare of somebody", _amphorae.Where(row => row.Status == AmphoraStatus.Ready && (row.LoadBalancerId ?? row.VrrpPortId) is not null).Select(row => $"{row.Id}"));
        Unique("amphora's address", _amphorae.Where(row => row.Status == AmphoraStatus.Allocated).Select(row => $"{row.VrrpIp}"));
    }

    private void Machines(ServingPair pair)
    {
        AmphoraRow[] used = [.. _amphorae.Where(row => row.Status == AmphoraStatus.Allocated)];
        Same(
            "machines", _amphorae.Where(row => row.Status != AmphoraStatus.Deleted).Select(row => $"{row.ComputeId} {row.Id}"), _machines.Select(machine => $"{machine.ComputeId} {machine.AmphoraId}"));
        Same(
            "ports of amphorae",
            used.Select(row => $"{row.VrrpPortId} {VipNames.BasePort(row.Id)} {row.VrrpIp}"),
            _ports.Where(port => _tenants.All(tenant => VipNames.VipPort(tenant.Id) != port.Name)).Select(port => $"{port.Id} {port.Name} {string.Join(' ', port.FixedIps.Select(ip => ip.IpAddress))}"));
        Same("plugged ports", used.Select(row => $"{row.ComputeId} {row.VrrpPortId}"), _machines.SelectMany(machine => pair.Compute.Ports(machine.ComputeId).Select(port => $"{machine.ComputeId} {port}")));
    }

    private void Flows()
    {
        Same(
            "flows",
            _tenants.SelectMany(tenant => tenant.Flows.Select(flow => $"{tenant.Id} {flow} {FlowState.Success}")),
            _flows.Where(flow => flow.Kind != Amphora.Controller.Amphorae.CreateSpareFlow.Name).Select(flow => $"{flow.Subject} {flow.Kind} {flow.State} {flow.Error}".TrimEnd()));
        Empty("a flow has not ended", _flows.Where(flow => flow.EndedAt is null).Select(flow => $"{flow.Id} {flow.Kind}"));
    }

    private async Task StepsAsync(ServingPair pair) => Empty(
        "a step is in the middle",
        await pair.ReadAsync(transaction => transaction.ListAsync($"SELECT flow_id, path, state FROM flow_steps WHERE state NOT IN ('DONE', 'SKIPPED')", row => $"{row.Id("flow_id")} {row.Text("path")} {row.Text("state")}", Cancel)));

    private async Task ObjectsAsync(ServingPair pair)
    {
        var expected = Alive.SelectMany(tenant => Enumerable.Repeat("listener", tenant.Listeners).Concat(Enumerable.Repeat("pool", tenant.Listeners))
            .Concat(Enumerable.Repeat("member", tenant.Listeners * tenant.Members)).Select(kind => (tenant.Id, Kind: kind))).ToList();
        Same(
            "listeners, pools and members",
            expected.Select(one => $"{one.Id} {one.Kind} ACTIVE"),
            await pair.ReadAsync(transaction => transaction.ListAsync($"SELECT load_balancer_id, kind, provisioning_status FROM objects", row => $"{row.Id("load_balancer_id")} {row.Text("kind")} {row.Text("provisioning_status")}", Cancel)));
        Same(
            "quotas in use",
            expected.GroupBy(one => one.Kind).Select(kind => $"{kind.Key} {kind.Count()}").Append($"load_balancer {Alive.Count()}"),
            (await pair.ReadAsync(transaction => new QuotaRows(transaction).GetAsync(Tenant.Project, Cancel))).Where(row => row.InUse > 0).Select(row => $"{row.Kind.ToWire()} {row.InUse}"));
        Empty(
            "a health row of nobody",
            await pair.ReadAsync(transaction => transaction.ListAsync($"SELECT h.amphora_id FROM amphora_health AS h JOIN amphorae AS a ON a.id = h.amphora_id WHERE a.status = 'DELETED'", row => $"{row.Id("amphora_id")}", Cancel)));
    }

    private static AmphoraRole[] Roles(Topology topology) => topology == Topology.Single ? [AmphoraRole.Standalone] : [AmphoraRole.Master, AmphoraRole.Backup];

    private void Same(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        Dictionary<string, int> difference = [];
        foreach (var (line, count) in expected.Select(line => (line, -1)).Concat(actual.Select(line => (line, 1))))
        {
            difference[line] = difference.GetValueOrDefault(line) + count;
        }

        _problems.AddRange(difference.Where(line => line.Value != 0).Select(line => $"{what}: {line.Key}: {(line.Value < 0 ? "missing" : "too many")} ({Math.Abs(line.Value)})"));
    }

    private void Unique(string what, IEnumerable<string> all) => _problems.AddRange(all.GroupBy(one => one).Where(same => same.Count() > 1).Select(same => $"{what} {same.Key}: {same.Count()} have it"));

    private void Empty(string what, IEnumerable<string> all) => _problems.AddRange(all.Select(one => $"{what}: {one}"));
}
