// A listener: which fields its protocol allows, and what they need of each other.
using System.Text.Json;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads one element of <c>listeners</c>.</summary>
internal static class ListenerReader
{
    private const long MaxTimeoutMilliseconds = 2073600000;

    // The schema has no upper bound; this is the largest integer every JSON reader keeps exact (RFC 8259 §6).
    private const long MaxConnectionLimit = 9007199254740991;

    internal static Listener? Read(JsonValue value, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var head = ObjectHead.Read(json, facts);
        var protocol = json.Required("protocol").Word(WireNames.ListenerProtocols);
        var listener = NoteListener(json, protocol, facts);
        var tls = ListenerTls.Read(json, protocol, facts);
        var connectionLimit = json.Optional("connection_limit").Integer(-1, MaxConnectionLimit);
        var headers = ReadInsertHeaders(json.Optional("insert_headers"), protocol);
        long? clientData = Timeout(json, "timeout_client_data"), memberConnect = Timeout(json, "timeout_member_connect"),
            memberData = Timeout(json, "timeout_member_data"), tcpInspect = Timeout(json, "timeout_tcp_inspect");
        var cidrs = ReadAllowedCidrs(json.Optional("allowed_cidrs"), listener);
        var policies = ReadPolicies(json.Optional("l7policies"), listener, facts);
        json.Close();

        return !json.Faults.None ? null : tls.ApplyTo(new Listener
        {
            Id = head.Id!.Value,
            Name = head.Name,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
            Protocol = protocol!.Value,
            ProtocolPort = listener.Port!.Value,
            ConnectionLimit = connectionLimit,
            DefaultPoolId = listener.DefaultPool,
            InsertHeaders = headers,
            TimeoutClientData = clientData,
            TimeoutMemberConnect = memberConnect,
            TimeoutMemberData = memberData,
            TimeoutTcpInspect = tcpInspect,
            AllowedCidrs = cidrs,
            L7Policies = policies,
        });
    }

    private static ListenerFacts NoteListener(JsonObject json, ListenerProtocol? protocol, DocumentFacts facts)
    {
        JsonValue port = json.Required("protocol_port"), pool = json.Optional("default_pool_id");
        if (protocol == ListenerProtocol.Prometheus)
        {
            pool.MustBeAbsent("with protocol PROMETHEUS");
        }

        var listener = new ListenerFacts
        {
            Protocol = protocol,
            Port = port.Int32(1, ushort.MaxValue),
            PortPlace = port.Place,
            DefaultPool = pool.Uuid(),
            DefaultPoolPlace = pool.Place,
        };
        facts.Listeners.Add(listener);
        return listener;
    }

    private static long? Timeout(JsonObject json, string name) => json.Optional(name).Integer(0, MaxTimeoutMilliseconds);

    private static InsertHeaders ReadInsertHeaders(JsonValue field, ListenerProtocol? protocol)
    {
        var headers = InsertHeaders.Nothing;
        if (field.Object() is not { } json)
        {
            return headers;
        }

        foreach (var (header, name) in WireNames.InsertHeaders.Entries)
        {
            var value = json.Optional(name);
            if (!value.IsPresent)
            {
                continue;
            }

            CheckHeader(header, value, protocol);
            if (ReadFlag(value))
            {
                headers |= header;
            }
        }

        json.Close();
        return headers;
    }

    // Octavia keeps these as strings, and as Python spells booleans.
    private static bool ReadFlag(JsonValue value)
    {
        if (value.Kind == JsonTokenType.String)
        {
            var word = value.Content;
            if (word.SequenceEqual("true"u8) || word.SequenceEqual("True"u8))
            {
                return true;
            }

            if (word.SequenceEqual("false"u8) || word.SequenceEqual("False"u8))
            {
                return false;
            }
        }

        value.Refuse("enum", "one of \"true\", \"false\", \"True\", \"False\"");
        return false;
    }

    private static void CheckHeader(InsertHeaders header, JsonValue value, ListenerProtocol? protocol)
    {
        const InsertHeaders Forwarded = InsertHeaders.XForwardedFor | InsertHeaders.XForwardedPort | InsertHeaders.XForwardedProto;
        switch (protocol)
        {
            case null or ListenerProtocol.TerminatedHttps:
                break;
            case ListenerProtocol.Http when !Forwarded.HasFlag(header):
                value.MustBeAbsentFor("propertyNames", "with protocol HTTP, which has no client certificates");
                break;
            case ListenerProtocol.Http:
                break;
            default:
                value.MustBeAbsentFor("maxProperties", $"with protocol {protocol.Value.ToWire()}");
                break;
        }
    }

    private static ValueList<Cidr> ReadAllowedCidrs(JsonValue field, ListenerFacts listener)
    {
        var seen = new HashSet<Cidr>();
        var cidrs = new List<Cidr>();
        foreach (var item in field.Array())
        {
            if (item.Cidr() is not { } cidr)
            {
                continue;
            }

            if (!seen.Add(cidr))
            {
                item.Refuse("uniqueItems", "different from the elements before it");
            }

            cidrs.Add(cidr);
            listener.AllowedCidrs.Add((cidr, item.Place));
        }

        return cidrs.ToValueList();
    }

    private static ValueList<L7Policy> ReadPolicies(JsonValue field, ListenerFacts listener, DocumentFacts facts)
    {
        var http = listener.Protocol is null or ListenerProtocol.Http or ListenerProtocol.TerminatedHttps;
        var policies = new List<L7Policy>();
        var array = field.Array();
        if (!http && !array.IsEmpty)
        {
            field.Refuse("maxItems", $"an empty array with protocol {listener.Protocol!.Value.ToWire()}");
        }

        foreach (var item in array)
        {
            if (L7PolicyReader.Read(item, listener, facts) is { } policy)
            {
                policies.Add(policy);
            }
        }

        return policies.ToValueList();
    }
}
