// What the rows alone tell: flows nobody runs, statuses that stay, heartbeats that do not come.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Doctor;

/// <summary>Pure.</summary>
/// <param name="patient">The rows.</param>
/// <param name="now">For what is too old.</param>
internal sealed class RowChecks(Patient patient, DateTimeOffset now)
{
    // Upstream's heartbeat_timeout: after it an amphora is replaced.
    private static readonly TimeSpan s_heartbeatLimit = TimeSpan.FromSeconds(60);

    /// <summary>The findings.</summary>
    public IEnumerable<Finding> All() => [.. Flows(), .. patient.LoadBalancers.SelectMany(LoadBalancer), .. patient.Amphorae.SelectMany(Amphora), .. Heartbeats()];

    private IEnumerable<Finding> Flows()
    {
        List<FlowRecord> left = [.. patient.Flows.Where(flow => flow.LeaseUntil is not { } until || until < now)];
        foreach (var flow in left)
        {
            yield return Finding.Warn($"flow {flow.Id}", $"{flow.Kind} of {flow.Subject} stands still, and no controller runs it", $"flow resume {flow.Id}, or flow revert {flow.Id}; a controller that serves goes on with it by itself");
        }

        if (left.Count == 0)
        {
            yield return Finding.Ok("flows", patient.Flows.Count == 0 ? "none is under way" : $"{patient.Flows.Count} under way, each run by a controller");
        }
    }

    private IEnumerable<Finding> LoadBalancer(LoadBalancerRow row)
    {
        var (subject, objects) = ($"load balancer {NameOf(row)}", patient.Objects[row.Id]);
        var isBusy = patient.Flows.Any(flow => flow.Subject == row.Id);
        yield return row.ProvisioningStatus switch
        {
            RowStatus.Active => Finding.Ok(subject, "ACTIVE"),
            RowStatus.Error => Finding.Fail(subject, "its provisioning status is ERROR", $"flow list tells why; lb failover {row.Id}, or lb delete {row.Id} --cascade"),
            _ when isBusy => Finding.Warn(subject, $"is {row.ProvisioningStatus.ToWire()}: a flow is under way", "wait for it: flow list"),
            _ => Finding.Fail(subject, $"is {row.ProvisioningStatus.ToWire()}, and there is no flow that ends it", $"lb failover {row.Id}; its row was changed by hand, or its flow was purged"),
        };
        foreach (var child in objects.Where(static child => child.ProvisioningStatus == RowStatus.Error))
        {
            yield return Finding.Warn($"{child.Kind.ToWire()} {child.Id}", "its last change failed, and it is in ERROR", "flow list tells why; set it again, or delete it");
        }

        foreach (var child in objects.Where(child => !isBusy && child.ProvisioningStatus is not (RowStatus.Active or RowStatus.Error)))
        {
            yield return Finding.Fail($"{child.Kind.ToWire()} {child.Id}", $"is {child.ProvisioningStatus.ToWire()}, and there is no flow that ends it", $"lb failover {row.Id} brings it to ACTIVE");
        }

        if (row.ProvisioningStatus == RowStatus.Active && patient.Amphorae.Count(amphora => amphora.LoadBalancerId == row.Id && amphora.Status == AmphoraStatus.Allocated) is var count && count < (row.Topology == Topology.ActiveStandby ? 2 : 1))
        {
            yield return Finding.Fail(subject, $"has {count} amphorae that serve, and is {row.Topology.ToWire()}", $"lb failover {row.Id}");
        }
    }

    private IEnumerable<Finding> Amphora(AmphoraRow amphora)
    {
        if (amphora.Status == AmphoraStatus.Error)
        {
            yield return Finding.Fail($"amphora {amphora.Id}", "is in ERROR", amphora.LoadBalancerId is null ? $"amphora delete {amphora.Id}" : $"amphora failover {amphora.Id}");
        }
        else if (amphora.Status == AmphoraStatus.FailoverStopped)
        {
            yield return Finding.Warn($"amphora {amphora.Id}", "was silent together with so many others that it was not replaced", "look at the management network; when it is heard of again it serves on");
        }
    }

    private IEnumerable<Finding> Heartbeats()
    {
        List<AmphoraRow> serving = [.. patient.Amphorae.Where(static amphora => amphora.Status == AmphoraStatus.Allocated)];
        var heard = serving.ToDictionary(static amphora => amphora.Id, amphora => patient.Health.TryGetValue(amphora.Id, out var health) ? now - health.LastUpdate : (TimeSpan?)null);
        if (serving.Count > 0 && heard.Values.All(static age => age is null || age > s_heartbeatLimit))
        {
            yield return Finding.Warn("heartbeats", $"none of {serving.Count} amphorae was heard of in the last {s_heartbeatLimit.TotalSeconds:0} s: no health manager runs, or they cannot reach it", "run 'serve'; without it statuses stay as they are and nobody replaces what dies");
            yield break;
        }

        foreach (var (amphora, age) in heard)
        {
            yield return age is null ? Finding.Fail($"amphora {amphora}", "was never heard of, while others are", "look whether it can reach the health manager: agent.log, nft, controller_ip_port_list")
                : age > s_heartbeatLimit ? Finding.Fail($"amphora {amphora}", $"was last heard of {age.Value.TotalSeconds:0} s ago, while others are heard of", $"the health manager replaces it; else amphora failover {amphora}")
                : Finding.Ok($"amphora {amphora}", $"heard of {age.Value.TotalSeconds:0.0} s ago");
        }
    }

    private static string NameOf(LoadBalancerRow row) => row.Name.Length > 0 ? row.Name : row.Id.ToString();
}
