// Decides what is in the LVS configuration of a listener: config-rendering §11.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Keepalived;

/// <summary>Makes the model of keepalived-lvs.sbn.</summary>
internal static class LvsViews
{
    private const int DefaultPersistenceTimeout = 360;
    private const string WholeAddressV4 = "255.255.255.255";
    private const string WholeAddressV6 = "128";

    /// <summary>The model; without virtual servers when load balancer, listener or default pool is not shown (U1).</summary>
    public static LvsView Of(ViewContext context, Listener listener, string pointer)
    {
        var isEnabled = context.LoadBalancer.IsShown() && listener.IsShown();
        var served = isEnabled ? context.ShownPool(listener.DefaultPoolId) : null;

        // U3: one virtual server a family, because granularity and real servers belong to a family.
        var servers = new List<VirtualServerView>();
        foreach (var v6 in (ReadOnlySpan<bool>)[false, true])
        {
            if (served is not null && context.Vips.Any(vip => vip.IsV6() == v6))
            {
                servers.Add(VirtualServer(context, listener, served, v6));
            }
        }

        return new LvsView
        {
            Pointer = pointer,
            LoadBalancerId = context.LoadBalancer.Id.ToString(),
            ListenerId = listener.Id.ToString(),
            IsEnabled = isEnabled,
            VirtualServers = servers.ToValueList(),
        };
    }

    private static VirtualServerView VirtualServer(ViewContext context, Listener listener, PoolAt at, bool v6)
    {
        var pool = at.Pool;
        var monitor = pool.HealthMonitor is { } found && found.IsShown() ? found : null;
        var persistence = pool.SessionPersistence is { Type: SessionPersistenceType.SourceIp } bySource ? bySource : null;
        var members = pool.Members.Where(member => Shown.Stays(member.ProvisioningStatus) && member.Address.IsV6() == v6).ToLookup(member => member.AdminStateUp);
        return new VirtualServerView
        {
            PoolId = pool.Id.ToString(),
            Group = v6 ? "ipv6-group" : "ipv4-group",
            Addresses = context.Vips.Where(vip => vip.IsV6() == v6).Select(vip => vip.ToString()).ToValueList(),
            Port = listener.ProtocolPort,
            Algorithm = Algorithm(pool.LbAlgorithm),
            Protocol = listener.Protocol == ListenerProtocol.Udp ? "UDP" : "SCTP",
            PersistenceTimeout = persistence is null ? null : persistence.PersistenceTimeout ?? DefaultPersistenceTimeout,
            PersistenceGranularity = persistence is null ? null : Granularity(persistence.PersistenceGranularity, v6),
            Delay = monitor?.Delay,
            Retry = monitor?.MaxRetriesDown,
            RealServers = members[true].Select(member => RealServer(context, listener, at, member, monitor)).ToValueList(),
            DisabledMembers = members[false].Select(member => member.Id.ToString()).ToValueList(),
        };
    }

    private static RealServerView RealServer(ViewContext context, Listener listener, PoolAt at, Member member, HealthMonitor? monitor) => new()
    {
        Id = member.Id.ToString(),
        Address = member.Address.ToString(),
        Port = member.ProtocolPort,
        Weight = member.Weight,
        Uthreshold = listener.ConnectionLimit is > 0 and var limit ? limit : null,
        Check = monitor is null ? null : LvsChecks.Of(context, monitor, member) is { } check
            ? check with { Pointer = $"{at.Pointer}/healthmonitor" } : null,
    };

    private static string Algorithm(LbAlgorithm algorithm) => algorithm switch
    {
        LbAlgorithm.RoundRobin => "wrr",
        LbAlgorithm.LeastConnections => "lc",
        LbAlgorithm.SourceIp => "sh",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    };

    // U8, UD11: a mask of the other family makes keepalived skip real servers; for IPv6 it wants a prefix length.
    private static string Granularity(IPAddress? value, bool v6)
    {
        if (value is null || value.IsV6() != v6)
        {
            return v6 ? WholeAddressV6 : WholeAddressV4;
        }

        return v6 ? $"{value.GetAddressBytes().Sum(part => int.PopCount(part))}" : value.ToString();
    }
}
