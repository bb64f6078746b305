// What an amphora's agent is like: reached, the right one, in time, and with the configuration it should have.
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Store;

namespace Amphora.Controller.Doctor;

/// <summary>Pure: judges what was seen of an agent.</summary>
internal static class AgentChecks
{
    // Housekeeping renews certificates two weeks before their end: what is left a few days was not renewed.
    private static readonly TimeSpan s_renewed = TimeSpan.FromDays(7);

    // Heartbeats from clocks further apart are refused ('health listen --window').
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_close = TimeSpan.FromSeconds(5);

    // What a push says of the moment it is made in.
    private static readonly string[] s_parts = ["loadbalancer", "subnets", "vrrp_group", "topology"];

    /// <summary>The findings.</summary>
    /// <param name="amphora">Which amphora.</param>
    /// <param name="look">What was seen.</param>
    /// <param name="now">When.</param>
    public static IEnumerable<Finding> Of(Guid amphora, AgentLook look, DateTimeOffset now)
    {
        var subject = $"agent of {amphora}";
        if (look.Trouble is { } trouble)
        {
            yield return Finding.Fail(subject, trouble, look.IsUnverified
                ? $"its certificate or ours is wrong: amphora failover {amphora} gives it a new one"
                : $"look at its log and at the management network; amphora failover {amphora} replaces it");
            yield break;
        }

        yield return look.CertificateEnds is { } end && end - now < s_renewed
            ? Finding.Warn(subject, $"answers; its certificate ends {end:u}", $"run 'housekeeping' or 'serve', which renew certificates; amphora failover {amphora}")
            : Finding.Ok(subject, $"answers, with a certificate until {look.CertificateEnds:u}");
        if (look.Clock is { } clock && (clock - now).Duration() is var apart && apart > s_close)
        {
            yield return apart > s_window
                ? Finding.Fail(subject, $"its clock is {apart.TotalSeconds:0} s from this host's: its heartbeats are refused", "set the clocks: chrony, or the hypervisor's")
                : Finding.Warn(subject, $"its clock is {apart.TotalSeconds:0} s from this host's", "set the clocks: chrony, or the hypervisor's");
        }
    }

    /// <summary>Whether the configuration in force is what would be pushed.</summary>
    /// <param name="amphora">Which amphora.</param>
    /// <param name="inForce">The agent's document; null: it has none.</param>
    /// <param name="wanted">The document that would be pushed.</param>
    public static Finding Configuration(AmphoraRow amphora, byte[]? inForce, DesiredStateDocument wanted)
    {
        var subject = $"configuration of {amphora.Id}";
        var advice = $"lb failover {amphora.LoadBalancerId}, or change anything below the load balancer: each change pushes everything";
        if (inForce is null)
        {
            return Finding.Fail(subject, "the agent does not have the load balancer", advice);
        }

        var (has, shall) = (JsonNode.Parse(inForce)!.AsObject(), JsonNode.Parse(DesiredStateWriter.Write(wanted))!.AsObject());
        return s_parts.Select(part => Difference(has[part], shall[part], $"/{part}")).FirstOrDefault(static path => path is not null) is { } place
            ? Finding.Fail(subject, $"generation {has["generation"]} differs from what would be pushed, at {place}", advice)
            : Finding.Ok(subject, $"generation {has["generation"]} is what would be pushed");
    }

    private static string? Difference(JsonNode? one, JsonNode? other, string path)
    {
        if (one is JsonArray left && other is JsonArray right)
        {
            return left.Count != right.Count ? path : Enumerable.Range(0, left.Count).Select(at => Difference(left[at], right[at], $"{path}/{at}")).FirstOrDefault(static place => place is not null);
        }

        if (one is JsonObject these && other is JsonObject those)
        {
            // The status of a moment: PENDING_* when it was pushed, ACTIVE since.
            return these.Concat(those).Select(static field => field.Key).Distinct().Where(static name => name != "provisioning_status")
                .Select(name => Difference(these[name], those[name], $"{path}/{name}")).FirstOrDefault(static place => place is not null);
        }

        return JsonNode.DeepEquals(one, other) ? null : path;
    }
}
