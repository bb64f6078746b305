// What a keepalived configuration says about one UDP or SCTP listener: the ids in its comments, the addresses in its lines.
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived.Lvs;

/// <summary>One configuration (heartbeat.md §5). Upstream's templates and ours write ids into comments, because keepalived knows none.</summary>
internal sealed partial record LvsConfig
{
    /// <summary>True when the listener is switched off: it is told to nobody.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Address and port of each VIP; empty without a default pool.</summary>
    public ValueList<IPEndPoint> Vips { get; init; }

    /// <summary>The protocol as the kernel names it: <c>UDP</c> or <c>SCTP</c>.</summary>
    public string Protocol { get; init; } = "UDP";

    /// <summary>The pool; null when there is none, or it is switched off.</summary>
    public string? PoolId { get; init; }

    /// <summary>True when members are checked.</summary>
    public bool IsMonitored { get; init; }

    /// <summary>Every member.</summary>
    public ValueList<LvsConfigMember> Members { get; init; }

    /// <summary>Reads the text of a configuration; what is not understood is passed over.</summary>
    public static LvsConfig Parse(string text)
    {
        var config = new LvsConfig();
        var (vips, servers, ids, disabled) = (new List<IPEndPoint>(), new List<IPEndPoint>(), new List<string>(), new List<string>());
        var isGroup = false;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('#'))
            {
                config = config.WithComment(line, ids, disabled);
                continue;
            }

            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            isGroup = isGroup ? words is not ["}"] : words is ["virtual_server_group", ..];
            config = words switch
            {
                ["real_server", var address, var port, ..] => Add(servers, address, port),
                ["protocol", var protocol] => config with { Protocol = protocol.ToUpperInvariant() },
                ["MISC_CHECK" or "HTTP_GET" or "TCP_CHECK", ..] => config with { IsMonitored = true },
                [var address, var port] when isGroup => Add(vips, address, port),
                _ => config,
            };
        }

        var members = ids.Select((id, index) => new LvsConfigMember(id, index < servers.Count ? servers[index] : null, IsDisabled: false))
            .Concat(disabled.Select(static id => new LvsConfigMember(id, null, IsDisabled: true)));
        return config with { Vips = vips.ToValueList(), Members = members.ToValueList() };

        LvsConfig Add(List<IPEndPoint> list, string address, string port)
        {
            if (IPAddress.TryParse(address, out var parsed) && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                list.Add(new IPEndPoint(parsed, number));
            }

            return config;
        }
    }

    private LvsConfig WithComment(string line, List<string> ids, List<string> disabled)
    {
        if (Described().Match(line) is { Success: true } described)
        {
            var id = described.Groups["id"].Value;
            if (described.Groups["kind"].ValueSpan is "Member")
            {
                ids.Add(id);
            }

            // A listener with VIPs of both families names its pool twice.
            return described.Groups["kind"].ValueSpan is "Pool" ? this with { PoolId = PoolId ?? id } : this;
        }

        if (SwitchedOff().Match(line) is { Success: true } off)
        {
            if (off.Groups["kind"].ValueSpan is "Member")
            {
                disabled.Add(off.Groups["id"].Value);
            }

            return off.Groups["kind"].ValueSpan is "Listener" ? this with { IsDisabled = true } : this;
        }

        return this;
    }

    [GeneratedRegex(@"\A#\s*Configuration for (?<kind>\w+) (?<id>[0-9A-Za-z_-]+)\s*\z")]
    private static partial Regex Described();

    [GeneratedRegex(@"\A#\s*(?<kind>\w+) (?<id>[0-9A-Za-z_-]+) is disabled\s*\z")]
    private static partial Regex SwitchedOff();
}

/// <summary>A member as configured.</summary>
/// <param name="Id">The member.</param>
/// <param name="Server">Where it is; null when it is switched off.</param>
/// <param name="IsDisabled">True when it is switched off.</param>
internal sealed record LvsConfigMember(string Id, IPEndPoint? Server, bool IsDisabled);
