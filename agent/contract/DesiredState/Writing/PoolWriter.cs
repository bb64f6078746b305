// Writes pools, members and health monitors.
using System.Globalization;
using System.Text.Json;

namespace Amphora.Contract.DesiredState.Writing;

/// <summary>Writes elements of <c>pools</c>.</summary>
internal static class PoolWriter
{
    internal static void Write(Utf8JsonWriter json, Pool pool)
    {
        json.WriteStartObject();
        json.Head(pool.Id, pool.Name, pool.AdminStateUp, pool.ProvisioningStatus);
        json.WriteString("protocol", pool.Protocol.ToWire());
        json.WriteString("lb_algorithm", pool.LbAlgorithm.ToWire());
        if (pool.SessionPersistence is { } persistence)
        {
            WritePersistence(json, persistence);
        }

        json.Flag("tls_enabled", pool.TlsEnabled);
        json.Text("tls_container_ref", pool.TlsContainerRef);
        json.Text("ca_tls_container_ref", pool.CaTlsContainerRef);
        json.Text("crl_container_ref", pool.CrlContainerRef);
        json.Text("tls_ciphers", pool.TlsCiphers);
        json.Words("tls_versions", pool.TlsVersions, WireNames.TlsVersions);
        json.Words("alpn_protocols", pool.AlpnProtocols, WireNames.AlpnProtocols);
        json.Array("members", pool.Members, WriteMember);
        if (pool.HealthMonitor is { } monitor)
        {
            WriteMonitor(json, monitor);
        }

        json.WriteEndObject();
    }

    private static void WritePersistence(Utf8JsonWriter json, SessionPersistence persistence)
    {
        json.WriteStartObject("session_persistence");
        json.WriteString("type", persistence.Type.ToWire());
        json.Text("cookie_name", persistence.CookieName);
        json.Number("persistence_timeout", persistence.PersistenceTimeout);
        json.Address("persistence_granularity", persistence.PersistenceGranularity);
        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, Member member)
    {
        json.WriteStartObject();
        json.Head(member.Id, member.Name, member.AdminStateUp, member.ProvisioningStatus);
        json.Address("address", member.Address);
        json.WriteNumber("protocol_port", member.ProtocolPort);
        json.Number("weight", member.Weight, unless: 1);
        json.Flag("backup", member.Backup);
        json.Address("monitor_address", member.MonitorAddress);
        json.Number("monitor_port", member.MonitorPort);
        json.WriteEndObject();
    }

    private static void WriteMonitor(Utf8JsonWriter json, HealthMonitor monitor)
    {
        json.WriteStartObject("healthmonitor");
        json.Head(monitor.Id, monitor.Name, monitor.AdminStateUp, monitor.ProvisioningStatus);
        json.WriteString("type", monitor.Type.ToWire());
        json.WriteNumber("delay", monitor.Delay);
        json.WriteNumber("timeout", monitor.Timeout);
        json.WriteNumber("max_retries", monitor.MaxRetries);
        json.Number("max_retries_down", monitor.MaxRetriesDown, unless: 3);
        json.Text("http_method", monitor.HttpMethod?.ToWire());
        json.Text("url_path", monitor.UrlPath);
        json.Text("expected_codes", Spell(monitor.ExpectedCodes));
        if (monitor.HttpVersion is { } version)
        {
            // A number in the document, 1.0 or 1.1.
            json.WritePropertyName("http_version");
            json.WriteRawValue(version.ToWire());
        }

        json.Text("domain_name", monitor.DomainName);
        json.WriteEndObject();
    }

    private static string? Spell(ExpectedCodes? codes) => codes switch
    {
        null => null,
        { First: { } first, Last: { } last } => string.Create(CultureInfo.InvariantCulture, $"{first:D3}-{last:D3}"),
        _ => string.Join(',', codes.Codes.ConvertAll(code => code.ToString("D3", CultureInfo.InvariantCulture))),
    };
}
