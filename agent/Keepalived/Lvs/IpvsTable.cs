// The kernel's table of virtual services, /proc/net/ip_vs (net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_info_seq_show).
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived.Lvs;

/// <summary>Virtual services with their real servers.</summary>
internal sealed class IpvsTable
{
    private readonly Dictionary<(string Protocol, IPEndPoint Vip), List<IpvsServer>> _services = [];

    /// <summary>The table of a kernel without IPVS, or with nothing in it.</summary>
    public static IpvsTable Empty { get; } = new();

    /// <summary>The real servers of a virtual service; empty when the kernel does not know it.</summary>
    public IReadOnlyList<IpvsServer> ServersOf(string protocol, IPEndPoint vip) =>
        _services.TryGetValue((protocol, vip), out var servers) ? servers : [];

    /// <summary>
    /// Reads the text. A service is <c>UDP  CB00710A:0035 wrr …</c> or <c>UDP  [2001:0db8:…:0010]:0035 wrr …</c>, behind it each of its
    /// servers <c>  -&gt; 0A00050B:0035      Masq    1      0          0</c>: forwarding, weight, active and inactive connections.
    /// </summary>
    public static IpvsTable Parse(string text)
    {
        var table = new IpvsTable();
        List<IpvsServer>? servers = null;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["->", var address, _, var weight, var active, ..] && ReadEndPoint(address) is { } server && servers is not null)
            {
                servers.Add(new IpvsServer(server, Number(weight), Number(active)));
            }
            else if (words is ["UDP" or "SCTP" or "TCP", var vip, ..] && ReadEndPoint(vip) is { } service)
            {
                table._services[(words[0], service)] = servers = [];
            }
            else if (words is ["FWM", ..])
            {
                servers = null;
            }
        }

        return table;
    }

    // AABBCCDD:PPPP or [aaaa:…:hhhh]:PPPP.
    private static IPEndPoint? ReadEndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        if (text[0] == '[')
        {
            return IPAddress.TryParse(text.AsSpan(1, colon - 2), out var address) ? new IPEndPoint(address, port) : null;
        }

        Span<byte> bytes = stackalloc byte[4];
        if (colon != 8 || !uint.TryParse(text.AsSpan(0, colon), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPEndPoint(new IPAddress(bytes), port);
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>A real server.</summary>
/// <param name="Server">Where it is.</param>
/// <param name="Weight">0: it takes no new connections.</param>
/// <param name="ActiveConnections">Connections now.</param>
internal sealed record IpvsServer(IPEndPoint Server, long Weight, long ActiveConnections);
