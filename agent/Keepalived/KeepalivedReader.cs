// Reads what keepalived runs now for one load balancer.
using Amphora.Agent.Actions;
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived;

/// <summary>Looks at files and services; changes nothing.</summary>
internal sealed class KeepalivedReader(KeepalivedOptions options, IServiceManager services)
{
    /// <summary>What runs now of the load balancer, and of what is wanted for it.</summary>
    public async Task<Outcome<KeepalivedRunning>> ReadAsync(KeepalivedWanted wanted, CancellationToken cancellationToken)
    {
        try
        {
            var paths = options.Paths;
            var owned = Lines(paths.OwnedUnits(wanted.LoadBalancerId));
            var found = new List<KeepalivedService>();
            foreach (var unit in owned.Union(WantedUnits(wanted)))
            {
                var state = await services.ReadAsync(unit, cancellationToken);
                if (!state.Ok)
                {
                    return state.Failure!;
                }

                found.Add(new KeepalivedService(unit, TextOf(paths.FilesOf(unit)[0]), state.Value));
            }

            return new KeepalivedRunning
            {
                LoadBalancerId = wanted.LoadBalancerId,
                Services = found.ToValueList(),
                Owned = owned,
                ChangeCutOff = Lines(paths.ChangeMarker(wanted.LoadBalancerId)),
                CheckScript = TextOf(paths.CheckScript),
                CheckPrograms = CheckPrograms.Files(options).Select(file => TextOf(file.Path)).OfType<string>().ToValueList(),
            };
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return OperatingSystemFailure.From($"read keepalived's files of load balancer {wanted.LoadBalancerId}", exception);
        }
    }

    /// <summary>True when VRRP is configured and its keepalived does not live (heartbeat.md §7.2).</summary>
    public bool IsVrrpMissing() => File.Exists(options.Paths.VrrpConfig) && !PidFile.NamesAProcess(options.Paths.VrrpPidFile);

    /// <summary>Whether the keepalived of an LVS listener runs.</summary>
    public Task<bool> LvsRunsAsync(string listenerId, CancellationToken cancellationToken) =>
        RunsAsync(KeepalivedPaths.LvsUnit(listenerId), cancellationToken);

    /// <summary>Whether the keepalived of VRRP runs.</summary>
    public Task<bool> VrrpRunsAsync(CancellationToken cancellationToken) => RunsAsync(KeepalivedPaths.VrrpUnit, cancellationToken);

    private async Task<bool> RunsAsync(string unit, CancellationToken cancellationToken)
    {
        var state = await services.ReadAsync(unit, cancellationToken);
        return state is { Ok: true, Value.Active: true };
    }

    private static IEnumerable<string> WantedUnits(KeepalivedWanted wanted) =>
    [
        .. wanted.VrrpConfig is null ? Array.Empty<string>() : [KeepalivedPaths.VrrpUnit],
        .. wanted.Lvs.Select(lvs => KeepalivedPaths.LvsUnit(lvs.ListenerId)),
    ];

    private static string? TextOf(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    private static ValueList<string> Lines(string path) =>
        File.Exists(path) ? File.ReadLines(path).Where(line => line.Length > 0).ToValueList() : [];
}
