// Pure: the body of PUT /1.0/interface/{ip}/rules to permissions.
using System.Text.Json;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi.Ports;

/// <summary>Checks as upstream's schema does (octavia/amphorae/backends/agent/api_server/rules_schema.py).</summary>
internal static class FirewallRulesReader
{
    private const int Keys = 3;
    private const int LargestPort = 65535;

    /// <summary>The permissions, or the answer that refuses them.</summary>
    public static (ValueList<FirewallRule>? Rules, IResult? Refusal) Read(JsonElement? body)
    {
        var rules = new List<FirewallRule>();
        if (body is not { ValueKind: JsonValueKind.Array } list)
        {
            return (null, Invalid());
        }

        string? unreadable = null;
        foreach (var entry in list.EnumerateArray())
        {
            if (Entry(entry) is not var (protocol, cidr, port))
            {
                return (null, Invalid());
            }

            // A text that is no network passes the schema; upstream answers it with 500, after every entry passed.
            var source = cidr is null ? null : Source(cidr);
            unreadable ??= cidr is not null && source is null ? cidr : null;
            rules.Add(new FirewallRule(protocol, source, port));
        }

        return unreadable is null
            ? (rules.ToValueList(), null)
            : (null, Answers.Error(StatusCodes.Status500InternalServerError, $"cannot set the rules: cidr is \"{unreadable}\", has to be an address or a network"));
    }

    private static (FirewallProtocol Protocol, string? Cidr, int Port)? Entry(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || entry.GetPropertyCount() != Keys
            || !entry.TryGetProperty("protocol", out var protocol)
            || !entry.TryGetProperty("cidr", out var cidr)
            || !entry.TryGetProperty("port", out var port)
            || Protocol(protocol.Text()) is not { } known
            || cidr.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)
            || port.ValueKind != JsonValueKind.Number
            || !port.TryGetDouble(out var number) || number is < 1 or > LargestPort || number != Math.Floor(number))
        {
            return null;
        }

        return (known, cidr.GetString(), (int)number);
    }

    // vrrp is written small, the others large; nothing else is known.
    private static FirewallProtocol? Protocol(string? text) => text switch
    {
        "TCP" => FirewallProtocol.Tcp,
        "UDP" => FirewallProtocol.Udp,
        "SCTP" => FirewallProtocol.Sctp,
        "vrrp" => FirewallProtocol.Vrrp,
        _ => null,
    };

    private static Cidr? Source(string text) => Cidr.TryParse(text, out var cidr) ? cidr
        : StrictIPAddress.TryParse(text, out var host) ? new Cidr(host, host.GetAddressBytes().Length * 8)
        : null;

    private static IResult Invalid() => Answers.Error(StatusCodes.Status400BadRequest, "Invalid rules information");
}
