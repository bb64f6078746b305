// What `ipvsadm -Ln --stats --exact` prints (ipvsadm.c, print_service_entry with FMT_STATS and FMT_EXACT).
using System.Globalization;
using System.Net;

namespace Amphora.Agent.Keepalived.Lvs;

/// <summary>Counters of virtual services.</summary>
internal sealed class IpvsStatistics
{
    private readonly Dictionary<(string Protocol, IPEndPoint Vip), LvsCounters> _services = [];

    /// <summary>The counters of a service; all 0 when the kernel does not know it.</summary>
    public LvsCounters Of(string protocol, IPEndPoint vip) => _services.TryGetValue((protocol, vip), out var counters) ? counters : LvsCounters.Zero;

    /// <summary>Reads the text: two lines of header, then <c>UDP  203.0.113.10:53   Conns InPkts OutPkts InBytes OutBytes</c> with servers
    /// below it, which begin with an arrow.</summary>
    public static IpvsStatistics Parse(string text)
    {
        var statistics = new IpvsStatistics();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["UDP" or "SCTP" or "TCP", var vip, var connections, _, _, var bytesIn, var bytesOut]
                && IPEndPoint.TryParse(vip, out var service)
                && long.TryParse(connections, NumberStyles.None, CultureInfo.InvariantCulture, out var total)
                && long.TryParse(bytesIn, NumberStyles.None, CultureInfo.InvariantCulture, out var received)
                && long.TryParse(bytesOut, NumberStyles.None, CultureInfo.InvariantCulture, out var sent))
            {
                statistics._services[(words[0], service)] = new LvsCounters(total, received, sent);
            }
        }

        return statistics;
    }
}

/// <summary>What the kernel has counted.</summary>
/// <param name="Connections">Conns.</param>
/// <param name="BytesIn">InBytes: from clients.</param>
/// <param name="BytesOut">OutBytes: to clients.</param>
internal sealed record LvsCounters(long Connections, long BytesIn, long BytesOut)
{
    /// <summary>All 0.</summary>
    public static LvsCounters Zero { get; } = new(0, 0, 0);

    /// <summary>Both together: a listener may have several VIPs.</summary>
    public static LvsCounters operator +(LvsCounters left, LvsCounters right) =>
        new(left.Connections + right.Connections, left.BytesIn + right.BytesIn, left.BytesOut + right.BytesOut);
}
