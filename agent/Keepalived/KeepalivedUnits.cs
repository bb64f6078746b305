// The services that run keepalived (appliance-layout §4).
using Amphora.Agent.Services;

namespace Amphora.Agent.Keepalived;

/// <summary>Describes the services to the service manager.</summary>
internal static class KeepalivedUnits
{
    private const int ReloadSignalHup = 1;
    // keepalived's own files: /run/keepalived, its children's pid files.
    private const string RunDirectory = "/run";
    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>VRRP of the amphora.</summary>
    public static ServiceUnit Vrrp(KeepalivedOptions options) => new()
    {
        Name = KeepalivedPaths.VrrpUnit,
        Template = "keepalived",
        // -r: the child's pid file has a place of its own too; at keepalived's default one, amphorae of one host would take each other for themselves.
        Command = [.. Common(options, options.Paths.VrrpConfig, options.Paths.VrrpPidFile), "-r", options.Paths.VrrpChildPidFile],
        NetworkNamespace = options.NetworkNamespace,
        ReloadSignal = ReloadSignalHup,
        PidFile = options.Paths.VrrpPidFile,
        WritablePaths = [options.BasePath, RunDirectory],
    };

    /// <summary>LVS of one UDP or SCTP listener.</summary>
    public static ServiceUnit Lvs(KeepalivedOptions options, string listenerId)
    {
        var paths = options.Paths;
        var pidFile = paths.LvsFile(listenerId, "pid");
        return new ServiceUnit
        {
            Name = KeepalivedPaths.LvsUnit(listenerId),
            Template = "keepalivedlvs",
            Command =
            [
                .. Common(options, paths.LvsConfig(listenerId), pidFile),
                "-r", paths.LvsFile(listenerId, "vrrp.pid"),
                "-c", paths.LvsFile(listenerId, "check.pid"),
            ],
            NetworkNamespace = options.NetworkNamespace,
            ReloadSignal = ReloadSignalHup,
            PidFile = pidFile,
            WritablePaths = [options.BasePath, RunDirectory],
            SearchPath = $"{paths.CheckPrograms}:{SystemPath}",
        };
    }

    private static string[] Common(KeepalivedOptions options, string config, string pidFile) =>
    [
        options.KeepalivedCommand, "--dont-fork", "--log-console", $"--log-facility={options.LogFacility}", "-f", config, "-p", pidFile,
    ];
}
