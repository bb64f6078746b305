// What a haproxy.cfg that came as text has to pass: the lint, then HAProxy itself.
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Uploaded;

/// <summary>Checks texts of API 1.0. Those of API 2.0 are our own rendering, of values that were checked one by one.</summary>
internal sealed partial class UploadCheck(HaproxyOptions options, HaproxyCheck check, ILogger<UploadCheck> logger)
{
    private const string Step = "lint haproxy.cfg";

    /// <summary>Looks for what no load balancer of Octavia's can have, in a text that came.</summary>
    /// <returns>A failure of kind <see cref="FailureKind.Refused"/> whose output is the lines; null when there are none, and when they shall be
    /// logged only.</returns>
    public Failure? Lint(HaproxyWanted wanted)
    {
        var report = HaproxyLint.Check(
            HaproxyDocument.Parse(wanted.Config ?? ""), new LintPlace(options.BasePath, options.BaseCertDir, wanted.LoadBalancerId));
        if (report.IsClean)
        {
            return null;
        }

        if (options.Lint == LintMode.Refuse)
        {
            return new Failure(Step, $"cannot use haproxy.cfg: {report.Findings.Count + report.More} lines of it are of no load balancer of Octavia's")
            {
                Kind = FailureKind.Refused,
                Tool = "lint",
                Output = string.Join('\n', report.Lines),
            };
        }

        foreach (var line in report.Lines)
        {
            Log.Found(logger, wanted.LoadBalancerId, line);
        }

        return null;
    }

    /// <summary>Has HAProxy check a text, also one that was stored: what it names may have changed since. One that it refuses is a failure of
    /// kind <see cref="FailureKind.Refused"/> whose output is HAProxy's.</summary>
    public async Task<Failure?> AskHaproxyAsync(HaproxyWanted wanted, CancellationToken cancellationToken) =>
        (await check.RunAsync(wanted, cancellationToken)).Failure;

    private static partial class Log
    {
        [LoggerMessage(540, LogLevel.Warning, "load balancer {LoadBalancer}: uploaded haproxy.cfg: {Finding}")]
        public static partial void Found(ILogger logger, string loadBalancer, string finding);
    }
}
