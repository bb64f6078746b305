// systemd or child processes: looks at the host, or obeys.
using Amphora.Linux.SdBus;
using Amphora.Templates.Language;

namespace Amphora.Agent.Services;

/// <summary>Chooses who runs the services.</summary>
internal static class ServiceManagerChoice
{
    /// <summary>There when systemd is this host's init, see sd_booted(3).</summary>
    private const string Booted = "/run/systemd/system";

    /// <summary>True when systemd is to run the services: by option, or because it is there and answers.</summary>
    public static bool IsSystemd(ServicesOptions options) => options.Manager switch
    {
        ServiceManagerKind.Systemd => true,
        ServiceManagerKind.ChildProcesses => false,
        _ => Directory.Exists(Booted) && SystemdBus.Answers(options.BusAddress, options.Timeouts.Call),
    };

    /// <summary>Makes the manager.</summary>
    public static IServiceManager Make(ServicesOptions options, ChildServiceLog events, TimeProvider time) => IsSystemd(options)
        ? new SystemdServiceManager(options, TemplateSet.Load(options.TemplateDirectory), new SystemdBus(options.BusAddress, options.Timeouts.Call))
        : new ChildProcessServiceManager(options, events, time);
}
