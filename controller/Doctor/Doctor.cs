// Doctor: looks at a controller and its load balancers, and says what is wrong and what to do. Changes nothing.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Doctor;

/// <summary>Front door.</summary>
internal static class DoctorSlice
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(3);

    /// <summary>What can be seen without opening the controller.</summary>
    public static IEnumerable<Finding> Files(string stateDirectory, TimeProvider time) => new FileChecks(stateDirectory, time.GetUtcNow()).All();

    /// <summary>What can be seen of an open one.</summary>
    /// <param name="services">Its rows and drivers.</param>
    /// <param name="loadBalancer">Only this one; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<Finding> ExamineAsync(
        LoadBalancerServices services, Guid? loadBalancer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var patient = await Patient.ReadAsync(services.Database, loadBalancer, cancellationToken);
        yield return Finding.Ok("database", $"{services.Database.Name} is reached, and has this program's schema");
        foreach (var finding in new RowChecks(patient, services.Time.GetUtcNow()).All())
        {
            yield return finding;
        }

        foreach (var amphora in patient.Amphorae.Where(static amphora => amphora.Status is AmphoraStatus.Allocated or AmphoraStatus.Ready))
        {
            foreach (var finding in await AgentAsync(services, patient, amphora, cancellationToken))
            {
                yield return finding;
            }
        }

        foreach (var row in patient.LoadBalancers.Where(static row => row is { AdminStateUp: true, VipAddress: not null, ProvisioningStatus: RowStatus.Active }))
        {
            foreach (var finding in await VipsAsync(services, row, patient.Objects[row.Id], cancellationToken))
            {
                yield return finding;
            }
        }
    }

    private static async Task<IReadOnlyList<Finding>> AgentAsync(LoadBalancerServices services, Patient patient, AmphoraRow amphora, CancellationToken cancellationToken)
    {
        if (amphora is not { LbNetworkIp: not null, AgentPort: not null })
        {
            return [Finding.Fail($"agent of {amphora.Id}", "it has no management address", $"amphora failover {amphora.Id}")];
        }

        if (await services.Amphorae.Agents.LookAsync(AgentAddress.Of(amphora), amphora.LoadBalancerId, s_answer, cancellationToken) is not { } look)
        {
            return [];
        }

        List<Finding> findings = [.. AgentChecks.Of(amphora.Id, look, services.Time.GetUtcNow())];
        if (look.Trouble is null && patient.LoadBalancers.FirstOrDefault(row => row.Id == amphora.LoadBalancerId) is { ProvisioningStatus: RowStatus.Active } row)
        {
            findings.Add(await ConfigurationAsync(services, amphora, row.Id, look, cancellationToken));
        }

        return findings;
    }

    private static async Task<Finding> ConfigurationAsync(LoadBalancerServices services, AmphoraRow amphora, Guid loadBalancer, AgentLook look, CancellationToken cancellationToken)
    {
        try
        {
            var prepared = await PreparedPush.ReadAsync(services, loadBalancer, cancellationToken);
            return AgentChecks.Configuration(amphora, look.Document, prepared.Push.DocumentFor(amphora.Id));
        }
        catch (DriverException exception)
        {
            return Finding.Fail($"configuration of {amphora.Id}", exception.Message, "repair what the message names: nothing can be pushed before that");
        }
    }

    // Only the embedded networks can be tried from here: others' are behind routers of their own.
    private static async Task<IReadOnlyList<Finding>> VipsAsync(LoadBalancerServices services, LoadBalancerRow row, IReadOnlyList<ObjectRow> objects, CancellationToken cancellationToken)
    {
        if (services.Network is not NetnsNetworkDriver { Operator: var networks })
        {
            return [];
        }

        List<Finding> findings = [];
        foreach (var body in objects.Where(static one => one is { Kind: ObjectKind.Listener, ProvisioningStatus: RowStatus.Active }).Select(static one => JsonNode.Parse(one.Body)!))
        {
            var (protocol, port) = ((string)body["protocol"]!, (int)body["protocol_port"]!);
            if (protocol is not ("UDP" or "SCTP") && (bool?)body["admin_state_up"] != false && MayComeIn(body))
            {
                var place = new IPEndPoint(row.VipAddress!, port);
                findings.Add(await networks.ProbeAsync(place, s_answer, cancellationToken) is { } trouble
                    ? Finding.Fail($"VIP {place}", $"does not answer: {trouble}", $"look whether an amphora has the VIP and HAProxy runs: lb failover {row.Id}")
                    : Finding.Ok($"VIP {place}", $"answers ({protocol})"));
            }
        }

        return findings;
    }

    // The fabric is in none of the networks that clients were narrowed to.
    private static bool MayComeIn(JsonNode listener) => listener["allowed_cidrs"] is not JsonArray { Count: > 0 };
}
