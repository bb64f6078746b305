// What agents answer, as text on the wire.
using System.Text.Json;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Tests.Peers;

internal static class Answers
{
    public const string LoadBalancerId = "8b969ee2-6da6-52cb-bb52-8a23debc4e1a";

    public static Reply Versions { get; } = new(200, """{"api_version":"1.0","versions":[{"id":"1.0","status":"SUPPORTED"},{"id":"2.0","status":"CURRENT"}]}""");

    public static Reply Booting { get; } = new(503, "still starting", "text/plain");

    public static Reply Applied(string result = "applied", long generation = 1) => new(200, JsonSerializer.Serialize(
        new LoadBalancerApplied
        {
            Id = LoadBalancerId,
            Generation = generation,
            Result = result,
            Changes = ["haproxy.cfg changed"],
            Actions = [new ActionTaken("check", "haproxy.cfg", 12.25), new ActionTaken("reload", "haproxy.service", 40)],
            DurationMs = 61.5,
        },
        ContractJson.Default.LoadBalancerApplied));

    public static Reply Planned { get; } = new(200, JsonSerializer.Serialize(
        new LoadBalancerPlan
        {
            Id = LoadBalancerId,
            Generation = 8,
            Verdict = LoadBalancerPlan.Runtime,
            Changes = ["member a joins backend b"],
            Commands = ["set server b/slot-1 addr 192.0.2.7 port 80", "set server b/slot-1 state ready"],
            Files = [new FileDifference("haproxy.cfg", "--- a/haproxy.cfg\n+++ b/haproxy.cfg\n@@ -1 +1 @@\n-old\n+new\n")],
            Cost = "none: connections stay, the process stays",
        },
        ContractJson.Default.LoadBalancerPlan));

    public static Reply Problem(int status, Problem problem) => new(status, JsonSerializer.Serialize(problem, ContractJson.Default.Problem), "application/problem+json");

    public static Reply Faults(params Fault[] faults) => Problem(400, new Problem
    {
        Type = "urn:amphora:problem:invalid-document",
        Title = "Invalid document",
        Status = 400,
        Detail = $"{faults.Length} faults",
        Faults = faults.ToValueList(),
    });

    public static Reply HaproxyRefused { get; } = Problem(422, new Problem
    {
        Type = "urn:amphora:problem:refused",
        Title = "Refused",
        Status = 422,
        Detail = "haproxy refuses haproxy.cfg",
        Failure = new ProblemFailure { Step = "check haproxy.cfg", Tool = "haproxy", ExitCode = 1, Output = "[ALERT] line 12: unknown keyword\n[ALERT] fatal errors", DurationMs = 18 },
    });

    public static Reply Certificate(string file, string sha256) =>
        new(200, JsonSerializer.Serialize(new CertificateFile(file, sha256, 100), ContractJson.Default.CertificateFile));

    public static Reply NotFound { get; } = Problem(404, new Problem { Type = "urn:amphora:problem:not-found", Title = "Not found", Status = 404 });
}
