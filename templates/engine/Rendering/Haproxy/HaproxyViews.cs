// Decides what is in the global, peers and metrics sections: config-rendering §1–§4.
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Makes the model of haproxy.sbn.</summary>
internal static class HaproxyViews
{
    private const long UnlimitedMaxconn = 1_000_000;
    private const long LeastUsefulCache = 5000;
    private const long KilobytesPerConnection = 32;
    private const string PinningProfile = "amphora";

    /// <summary>The model, or null when no listener needs HAProxy.</summary>
    public static HaproxyView? Of(ViewContext context)
    {
        Listener[] listeners = [.. context.LoadBalancer.Listeners.Where(listener => !listener.IsLvs() && Shown.Stays(listener.ProvisioningStatus))];
        if (listeners.Length == 0)
        {
            return null;
        }

        var maxconn = Maxconn(context, listeners);
        var externalCheck = NeedsExternalCheck(context, listeners);
        var settings = context.Settings;
        return new HaproxyView
        {
            LogSocket = "/run/rsyslog/octavia/log",
            UserLogFacility = settings.UserLogFacility,
            AdministrativeLogFacility = settings.AdministrativeLogFacility,
            StatsSocket = $"{settings.BasePath}/{context.LoadBalancerId}.sock",
            ServerStateFile = context.Version.IsAtLeast(1, 6) ? $"{settings.BasePath}/{context.LoadBalancerId}/servers-state" : null,
            Maxconn = maxconn,
            SslCachesize = SslCachesize(context, listeners, maxconn),
            Nbthread = Nbthread(context.Host),
            ExternalCheck = externalCheck,
            InsecureForkWanted = externalCheck && context.Version.IsAtLeast(2, 2),
            ConnectionLogging = settings.ConnectionLogging,
            Peers = Peers(context),
            Prometheus = context.Version.Major >= 2 && Array.Exists(listeners, listener => listener.Protocol == ListenerProtocol.Prometheus),
            Frontends = Frontends(context),
        };
    }

    // G7: disabled listeners do not count, metrics listeners do.
    private static long Maxconn(ViewContext context, Listener[] listeners)
    {
        var sum = listeners.Where(listener => listener.IsShown()).Sum(listener => FrontendViews.ConnectionLimit(context, listener));
        return sum is > 0 and < UnlimitedMaxconn ? sum : UnlimitedMaxconn;
    }

    // G8: two fifths of what connections leave of the free memory, at about 200 bytes a session. A disabled listener counts.
    private static long? SslCachesize(ViewContext context, Listener[] listeners, long maxconn)
    {
        if (context.Host.Memory is not { } memory || !Array.Exists(listeners, listener => listener.Protocol == ListenerProtocol.TerminatedHttps))
        {
            return null;
        }

        var free = memory.Free + memory.Buffers + memory.Cached - (KilobytesPerConnection * maxconn);
        var kilobytes = free * 2 / 5;
        return kilobytes > LeastUsefulCache ? kilobytes * 4 : null;
    }

    // G9, G10: CPU 0 stays free for the kernel and the agent.
    private static long? Nbthread(HostFacts host) =>
        host.CpuCount is > 1 and var cpus
        && (host.ActiveTunedProfiles ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Contains(PinningProfile)
            ? cpus - 1 : null;

    // G11: also while the load balancer itself is down.
    private static bool NeedsExternalCheck(ViewContext context, Listener[] listeners) =>
        listeners.Where(listener => listener.IsShown())
            .SelectMany(listener => ListenerPools.Of(context, listener))
            .Any(pool => pool.Pool.HealthMonitor is { Type: HealthMonitorType.Ping } monitor && monitor.IsShown());

    private static PeersView? Peers(ViewContext context)
    {
        if (context.PeersSection is not { } name)
        {
            return null;
        }

        return new PeersView
        {
            Name = name,
            Entries = context.Document.Amphorae
                .Where(amphora => amphora.Status == AmphoraStatus.Allocated && amphora.VrrpIp is not null)
                .Select(amphora => new PeerView { Name = PeerName.Of(amphora.Id), Address = amphora.VrrpIp!.Bracketed() })
                .ToValueList(),
        };
    }

    private static ValueList<FrontendView> Frontends(ViewContext context)
    {
        if (!context.LoadBalancer.IsShown())
        {
            return [];
        }

        var frontends = new List<FrontendView>();
        for (var i = 0; i < context.LoadBalancer.Listeners.Count; i++)
        {
            var listener = context.LoadBalancer.Listeners[i];
            if (listener.IsShown() && !listener.IsLvs())
            {
                frontends.Add(FrontendViews.Of(context, listener, $"/loadbalancer/listeners/{i}"));
            }
        }

        return frontends.ToValueList();
    }
}
