// The service that runs HAProxy for one load balancer (appliance-layout §4).
using Amphora.Agent.Services;

namespace Amphora.Agent.Haproxy;

/// <summary>Describes the service to the service manager.</summary>
internal static class HaproxyUnit
{
    private const int ReloadSignalUsr2 = 12;
    private const long OpenFiles = 2_600_000;

    /// <summary>The service of a load balancer. The peer name is an argument: another one needs another process (P4).</summary>
    public static ServiceUnit For(HaproxyOptions options, string loadBalancerId, string localPeer)
    {
        var paths = options.Paths(loadBalancerId);
        return new ServiceUnit
        {
            Name = paths.Unit,
            Template = "haproxy",
            Command =
            [
                options.HaproxyCommand, "-Ws", "-f", paths.Config, "-f", paths.UserGroupFile, "-p", paths.PidFile, "-L", localPeer,
            ],
            CheckCommand =
            [
                options.HaproxyCommand, "-f", paths.Config, "-f", paths.UserGroupFile, "-c", "-q", "-L", localPeer,
            ],
            NetworkNamespace = options.NetworkNamespace,
            ReloadSignal = ReloadSignalUsr2,
            PidFile = paths.PidFile,
            Notify = true,
            ReloadFailure = "Loading failure!",
            OpenFiles = OpenFiles,
            WritablePaths = [options.BasePath],
        };
    }
}
