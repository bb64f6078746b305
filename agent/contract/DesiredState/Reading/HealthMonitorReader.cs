// A health monitor: HTTP fields only for HTTP checks, a host name only for HTTP/1.1.
using System.Globalization;
using System.Text.Json;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads <c>healthmonitor</c>.</summary>
internal static class HealthMonitorReader
{
    private const int MaxSeconds = 2073600;

    internal static HealthMonitor? Read(JsonValue value, PoolProtocol? pool, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var head = ObjectHead.Read(json, facts);
        var typeField = json.Required("type");
        var type = typeField.Word(WireNames.HealthMonitorTypes);
        CheckType(type, typeField, pool);
        var delay = json.Required("delay").Int32(1, MaxSeconds);
        var timeout = json.Required("timeout").Int32(1, MaxSeconds);
        var rise = json.Required("max_retries").Int32(1, 10);
        var fall = json.Optional("max_retries_down").Int32(1, 10);
        var http = HttpFields.Read(json, type);
        json.Close();

        return !json.Faults.None ? null : new HealthMonitor
        {
            Id = head.Id!.Value,
            Name = head.Name,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
            Type = type!.Value,
            Delay = delay!.Value,
            Timeout = timeout!.Value,
            MaxRetries = rise!.Value,
            MaxRetriesDown = fall ?? 3,
            HttpMethod = http.Method,
            UrlPath = http.Path,
            ExpectedCodes = http.Codes,
            HttpVersion = http.Version,
            DomainName = http.Domain,
        };
    }

    // config-rendering section 15, monitors.
    private static void CheckType(HealthMonitorType? type, JsonValue field, PoolProtocol? pool)
    {
        if (type is not { } known || pool is not { } protocol)
        {
            return;
        }

        var lvs = protocol is PoolProtocol.Udp or PoolProtocol.Sctp;
        var fits = lvs
            ? known is HealthMonitorType.UdpConnect or HealthMonitorType.Sctp or HealthMonitorType.Tcp or HealthMonitorType.Http
            : known is not (HealthMonitorType.UdpConnect or HealthMonitorType.Sctp);
        if (!fits)
        {
            field.Refuse("enum", lvs
                ? $"UDP-CONNECT, SCTP, TCP or HTTP in a pool of protocol {protocol.ToWire()}"
                : $"HTTP, HTTPS, PING, TCP or TLS-HELLO in a pool of protocol {protocol.ToWire()}");
        }
    }

    private readonly record struct HttpFields(
        HttpMethodName? Method, string? Path, ExpectedCodes? Codes, HttpVersionName? Version, string? Domain)
    {
        internal static HttpFields Read(JsonObject json, HealthMonitorType? type)
        {
            JsonValue method = json.Optional("http_method"), path = json.Optional("url_path"), codes = json.Optional("expected_codes"),
                version = json.Optional("http_version"), domain = json.Optional("domain_name");
            if (type is { } known and not (HealthMonitorType.Http or HealthMonitorType.Https))
            {
                var because = $"with type {known.ToWire()}";
                method.MustBeAbsent(because);
                path.MustBeAbsent(because);
                codes.MustBeAbsent(because);
                version.MustBeAbsent(because);
                domain.MustBeAbsent(because);
            }

            var versionName = ReadVersion(version);
            if (domain.Kind == JsonTokenType.String)
            {
                version.MustBePresent("with domain_name");
                if (versionName == HttpVersionName.Http1_0)
                {
                    version.Refuse("const", "1.1 with domain_name");
                }
            }

            return new HttpFields(
                method.Word(WireNames.HttpMethods), path.Text(DocumentText.UrlPath), ReadCodes(codes), versionName,
                domain.Text(DocumentText.DomainName));
        }

        private static HttpVersionName? ReadVersion(JsonValue field)
        {
            if (!field.IsPresent)
            {
                return null;
            }

            if (field.Kind == JsonTokenType.Number)
            {
                switch (JsonNumber.Parse(field.Content))
                {
                    case { IsNegative: false, IsHuge: false, Digits: 1, Exponent: 0 }:
                        return HttpVersionName.Http1_0;
                    case { IsNegative: false, IsHuge: false, Digits: 11, Exponent: -1 }:
                        return HttpVersionName.Http1_1;
                }
            }

            field.Refuse("enum", "the number 1.0 or 1.1");
            return null;
        }

        private static ExpectedCodes? ReadCodes(JsonValue field)
        {
            if (field.Text(DocumentText.ExpectedCodes) is not { } text)
            {
                return null;
            }

            if (!text.Contains('-', StringComparison.Ordinal))
            {
                return new ExpectedCodes(text.Split(',').ToValueList().ConvertAll(code => int.Parse(code.Trim(), CultureInfo.InvariantCulture)), null, null);
            }

            var first = int.Parse(text.AsSpan(0, 3), CultureInfo.InvariantCulture);
            var last = int.Parse(text.AsSpan(4, 3), CultureInfo.InvariantCulture);
            if (first > last)
            {
                field.Refuse("V8", "a range whose first code is not above the last");
            }

            return new ExpectedCodes([], first, last);
        }
    }
}
