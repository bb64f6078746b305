// The paths of one load balancer (appliance-layout §1).
using Amphora.Agent.Actions;

namespace Amphora.Agent.Haproxy;

/// <summary>Calculates every path that belongs to one load balancer. An id that could leave the directories is a bug of the caller.</summary>
internal sealed class HaproxyPaths
{
    private readonly string _certificates;

    public HaproxyPaths(HaproxyOptions options, string loadBalancerId)
    {
        LoadBalancerId = ObjectId.Checked(loadBalancerId);
        UserGroupFile = options.UserGroupFile;
        Directory = Path.Combine(options.BasePath, loadBalancerId);
        Socket = Path.Combine(options.BasePath, loadBalancerId + ".sock");
        AdminSocket = Path.Combine(options.BasePath, loadBalancerId + ".admin.sock");
        SlotNames = Path.Combine(options.BasePath, loadBalancerId + Slots.SlotNames.Ending);
        _certificates = Path.Combine(options.BaseCertDir, loadBalancerId);
    }

    /// <summary>The load balancer.</summary>
    public string LoadBalancerId { get; }

    /// <summary>Directory of the load balancer.</summary>
    public string Directory { get; }

    /// <summary>What HAProxy runs: the text that came, with what makes changes hitless.</summary>
    public string Config => Path.Combine(Directory, "haproxy.cfg");

    /// <summary>The configuration as it came, or was rendered.</summary>
    public string Uploaded => Path.Combine(Directory, "uploaded.cfg");

    /// <summary>The last configuration API 1.0 uploaded that HAProxy refused.</summary>
    public string RefusedConfig => Config + ".new-failed";

    /// <summary>Own peer name of a load balancer of API 1.0: the upload's URL says it, later actions do not (agent-api §4).</summary>
    public string LocalPeer => Path.Combine(Directory, "local-peer");

    /// <summary>There while API 1.0 has the load balancer stopped; VrrpCheck leaves it out then.</summary>
    public string StopMarker => Path.Combine(Directory, "stopped");

    /// <summary>Process id of the master.</summary>
    public string PidFile => Path.Combine(Directory, LoadBalancerId + ".pid");

    /// <summary>What <c>server-state-file</c> names (G6).</summary>
    public string ServersState => Path.Combine(Directory, "servers-state");

    /// <summary>Stats socket (G5).</summary>
    public string Socket { get; }

    /// <summary>Socket that may change what runs, for root only.</summary>
    public string AdminSocket { get; }

    /// <summary>Which member a server is, where its name does not say it; also read by the exporter of metrics.</summary>
    public string SlotNames { get; }

    /// <summary>Second configuration file.</summary>
    public string UserGroupFile { get; }

    /// <summary>Texts that wait for <c>haproxy -c</c>.</summary>
    public string Staging => Path.Combine(Directory, ".staging");

    /// <summary>There while a change is being carried out; left behind by one that was cut off.</summary>
    public string ChangeMarker => Path.Combine(Directory, ".changing");

    /// <summary>Directory of the names that the configuration has for certificate files.</summary>
    public string Tls => Path.Combine(Directory, "tls");

    /// <summary>Which certificate files the process has, under which names, and how they were when it got them.</summary>
    public string LoadedFiles => Path.Combine(Directory, "certificates-loaded");

    /// <summary>Directory of certificates and crt-lists.</summary>
    public string Certificates => _certificates;

    /// <summary>Name of the service.</summary>
    public string Unit => $"haproxy-{LoadBalancerId}.service";

    /// <summary>crt-list of a listener (T1).</summary>
    public string CrtList(string listenerId) => Path.Combine(_certificates, ObjectId.Checked(listenerId) + ".pem");

    /// <summary>What the directory may hold for HAProxy; anything else there has another owner.</summary>
    public IEnumerable<string> OwnFiles =>
        [Uploaded, Config, Config + ".new", RefusedConfig, LocalPeer, StopMarker, ServersState, PidFile, Socket, AdminSocket, SlotNames, ChangeMarker, LoadedFiles];
}
