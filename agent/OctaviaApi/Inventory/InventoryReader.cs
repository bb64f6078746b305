// Which listeners there are, read from the files: there is no other memory (agent-api §3).
using System.Globalization;
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Agent.Keepalived;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.OctaviaApi.Inventory;

/// <summary>Looks at the load balancers and LVS listeners of both APIs.</summary>
internal sealed class InventoryReader(HaproxyOptions haproxy, KeepalivedOptions keepalived)
{
    private const string LvsBegin = "octavia-keepalivedlvs-", LvsEnd = ".conf";

    /// <summary>Every frontend and every LVS listener.</summary>
    /// <returns>A failure when one haproxy.cfg cannot be understood.</returns>
    public Outcome<ListenerSummary[]> ReadListeners()
    {
        var listeners = new List<ListenerSummary>();
        foreach (var id in LoadBalancers())
        {
            var parsed = OperatingSystemFailure.Try($"read haproxy.cfg of {id}", () => File.ReadAllText(File.Exists(haproxy.Paths(id).Uploaded) ? haproxy.Paths(id).Uploaded : haproxy.Paths(id).Config));
            var text = parsed.Ok ? HaproxyText.Parse(parsed.Value) : parsed.Failure!;
            if (text.Failure is { } failure)
            {
                return failure with { Message = $"load balancer {id}: {failure.Message}" };
            }

            foreach (var frontend in text.Value.Frontends)
            {
                var type = frontend.TerminatesTls ? "TERMINATED_HTTPS" : frontend.Mode.ToUpperInvariant();
                listeners.Add(new ListenerSummary("ACTIVE", frontend.Id, type));
            }
        }

        listeners.AddRange(LvsListeners().Select(id => new ListenerSummary(LvsStatus(id), id, "UDP")));
        return listeners.ToArray();
    }

    /// <summary>Load balancers whose HAProxy runs.</summary>
    public int CountRunningHaproxy() => LoadBalancers().Count(id => Lives(haproxy.Paths(id).PidFile) == true);

    /// <summary>LVS listeners whose keepalived runs.</summary>
    public int CountRunningLvs() => LvsListeners().Count(id => Lives(keepalived.Paths.LvsFile(id, "pid")) == true);

    private IEnumerable<string> LoadBalancers() => Directory.Exists(haproxy.BasePath)
        ? Directory.EnumerateDirectories(haproxy.BasePath)
            .Where(static directory => File.Exists(Path.Combine(directory, "haproxy.cfg")))
            .Select(static directory => Path.GetFileName(directory))
            .Where(IdConstraint.IsId)
            .Order(StringComparer.Ordinal)
        : [];

    private IEnumerable<string> LvsListeners() => Directory.Exists(keepalived.Paths.LvsDirectory)
        ? Directory.EnumerateFiles(keepalived.Paths.LvsDirectory, LvsBegin + "*" + LvsEnd)
            .Select(static file => Path.GetFileName(file)[LvsBegin.Length..^LvsEnd.Length])
            .Where(IdConstraint.IsId)
            .Order(StringComparer.Ordinal)
        : [];

    private string LvsStatus(string id) => Lives(keepalived.Paths.LvsFile(id, "pid")) switch
    {
        null => "OFFLINE",
        false => "ERROR",
        true when File.ReadAllText(keepalived.Paths.LvsConfig(id)).Contains("virtual_server", StringComparison.Ordinal) => "ACTIVE",
        true => "OFFLINE",
    };

    // Null: there is no pid file.
    private static bool? Lives(string pidFile) => OptionalFile.ReadText(pidFile) is not { } text ? null
        : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Directory.Exists($"/proc/{pid}");
}

/// <summary>One listener.</summary>
/// <param name="Status">ACTIVE, OFFLINE or ERROR.</param>
/// <param name="Uuid">Its id.</param>
/// <param name="Type">As <c>HTTP</c>, <c>TCP</c>, <c>TERMINATED_HTTPS</c>; <c>UDP</c> for every LVS listener.</param>
internal sealed record ListenerSummary(string Status, string Uuid, string Type);
