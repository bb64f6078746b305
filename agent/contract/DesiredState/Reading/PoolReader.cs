// A pool with its members, monitor and session persistence.
using System.Text.Json;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads one element of <c>pools</c>.</summary>
internal static class PoolReader
{
    internal static Pool? Read(JsonValue value, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            facts.PoolsKnown = false;
            return null;
        }

        var head = ObjectHead.Read(json, facts);
        var protocol = json.Required("protocol").Word(WireNames.PoolProtocols);
        var pool = NotePool(head.Id, protocol, facts);
        var lvs = protocol is PoolProtocol.Udp or PoolProtocol.Sctp ? $"in a pool of protocol {protocol.Value.ToWire()}" : null;
        var algorithm = json.Required("lb_algorithm").Word(WireNames.LbAlgorithms);
        var persistence = SessionPersistenceReader.Read(json.Optional("session_persistence"), protocol);
        var tls = ReadTls(json, lvs, facts);
        var fields = TlsFields.Read(json, lvs);
        var members = ReadMembers(json.Optional("members"), pool, facts);
        var monitor = HealthMonitorReader.Read(json.Optional("healthmonitor"), protocol, facts);
        json.Close();

        return !json.Faults.None ? null : new Pool
        {
            Id = head.Id!.Value,
            Name = head.Name,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
            Protocol = protocol!.Value,
            LbAlgorithm = algorithm!.Value,
            SessionPersistence = persistence,
            TlsEnabled = tls.Enabled,
            TlsContainerRef = tls.Certificate,
            CaTlsContainerRef = tls.Ca,
            CrlContainerRef = tls.Crl,
            TlsCiphers = fields.Ciphers,
            TlsVersions = fields.Versions,
            AlpnProtocols = fields.Alpn,
            Members = members,
            HealthMonitor = monitor,
        };
    }

    private static PoolFacts NotePool(Guid? id, PoolProtocol? protocol, DocumentFacts facts)
    {
        var pool = new PoolFacts { Id = id, Protocol = protocol };
        facts.Pools.Add(pool);
        facts.PoolsKnown &= id is not null;
        return pool;
    }

    private static (bool Enabled, string? Certificate, string? Ca, string? Crl) ReadTls(JsonObject json, string? lvs, DocumentFacts facts)
    {
        JsonValue enabled = json.Optional("tls_enabled"), certificate = json.Optional("tls_container_ref"),
            ca = json.Optional("ca_tls_container_ref"), crl = json.Optional("crl_container_ref");
        var isEnabled = enabled.Boolean() ?? false;
        if (lvs is not null)
        {
            certificate.MustBeAbsent(lvs);
            ca.MustBeAbsent(lvs);
            crl.MustBeAbsent(lvs);
            if (isEnabled)
            {
                enabled.Refuse("const", $"false {lvs}");
            }
        }

        if (crl.Kind == JsonTokenType.String)
        {
            ca.MustBePresent("with crl_container_ref");
        }

        return (isEnabled, TlsFields.Reference(certificate, TlsFileKind.Certificate, facts),
            TlsFields.Reference(ca, TlsFileKind.Ca, facts), TlsFields.Reference(crl, TlsFileKind.Crl, facts));
    }

    private static ValueList<Member> ReadMembers(JsonValue field, PoolFacts pool, DocumentFacts facts)
    {
        var members = new List<Member>();
        foreach (var item in field.Array())
        {
            if (ReadMember(item, pool, facts) is { } member)
            {
                members.Add(member);
            }
        }

        return members.ToValueList();
    }

    private static Member? ReadMember(JsonValue value, PoolFacts pool, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var head = ObjectHead.Read(json, facts);
        var addressField = json.Required("address");
        var address = addressField.Address();
        var port = json.Required("protocol_port").Int32(1, ushort.MaxValue);
        pool.Members.Add(new MemberFacts(address, port, addressField.Place));
        var weight = json.Optional("weight").Int32(0, 256);
        var backup = json.Optional("backup").Boolean();
        var monitorAddress = json.Optional("monitor_address").Address();
        var monitorPort = json.Optional("monitor_port").Int32(1, ushort.MaxValue);
        json.Close();

        return !json.Faults.None ? null : new Member
        {
            Id = head.Id!.Value,
            Name = head.Name,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
            Address = address!,
            ProtocolPort = port!.Value,
            Weight = weight ?? 1,
            Backup = backup ?? false,
            MonitorAddress = monitorAddress,
            MonitorPort = monitorPort,
        };
    }
}
