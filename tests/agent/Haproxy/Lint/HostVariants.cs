// The examples for other hosts, and what of a listener depends on neither pool nor rules: headers, protocols of TLS, times, limits.
using System.Text.Json.Nodes;

namespace Amphora.Agent.Tests.Haproxy.Lint;

internal static class HostVariants
{
    private static readonly string[] s_headers =
    [
        "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-SSL-Client-Verify", "X-SSL-Client-Has-Cert", "X-SSL-Client-DN", "X-SSL-Client-CN",
        "X-SSL-Issuer", "X-SSL-Client-SHA1", "X-SSL-Client-Not-Before", "X-SSL-Client-Not-After",
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<DocumentVariant> All() => [.. Hosts(), .. Headers(), .. Tls(), .. Times(), .. States()];

    private static IEnumerable<DocumentVariant> Hosts()
    {
        // Versions at which templates change (config-rendering §14), and sizes at which G8–G10 do.
        (string Haproxy, int Processors, long Free)[] hosts =
            [("1.5.18", 1, 0), ("1.8.30", 2, 400_000), ("2.0.35", 2, 1_000_000), ("2.2.33", 64, 16_000_000), ("2.6.12-1+deb12u4", 4096, 1_000_000_000), ("2.8.5", 4, 900_000), ("3.2.26", 4, 900_000)];
        foreach (var name in LintCorpus.Names.Where(static name => name != "09-udp-sctp"))
        {
            foreach (var (haproxy, processors, free) in hosts)
            {
                yield return Changed($"haproxy {haproxy}", name, document => document["host_facts"] = new JsonObject
                {
                    ["haproxy_version"] = haproxy,
                    ["cpu_count"] = processors,
                    ["active_tuned_profiles"] = "virtual-guest amphora",
                    ["memory"] = new JsonObject { ["free"] = free, ["buffers"] = 0, ["cached"] = 0 },
                });
            }
        }
    }

    private static IEnumerable<DocumentVariant> Headers()
    {
        foreach (var name in (string[])["01-tiny-http", "05-client-auth"])
        {
            foreach (var header in s_headers.Where(header => name == "05-client-auth" || !header.StartsWith("X-SSL", StringComparison.Ordinal)))
            {
                yield return Listener($"header {header}", name, listener => listener["insert_headers"] = new JsonObject { [header] = "true" });
            }
        }
    }

    private static IEnumerable<DocumentVariant> Tls()
    {
        foreach (var protocols in (string[][])[["h2"], ["http/1.1"], ["http/1.0"], ["http/1.1", "h2"], ["h2", "http/1.1", "http/1.0"]])
        {
            yield return Listener($"ALPN {string.Join(',', protocols)}", "04-terminated-https-sni", listener => listener["alpn_protocols"] = Array(protocols));
            yield return Pool($"ALPN {string.Join(',', protocols)}", "07-reencrypt", pool => pool["alpn_protocols"] = Array(protocols));
        }

        foreach (var versions in (string[][])[["TLSv1.2"], ["TLSv1.3"], ["TLSv1", "TLSv1.1"], ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]])
        {
            yield return Listener($"versions {string.Join(',', versions)}", "04-terminated-https-sni", listener => listener["tls_versions"] = Array(versions));
        }
    }

    private static IEnumerable<DocumentVariant> Times()
    {
        foreach (var time in (string[])["timeout_client_data", "timeout_member_connect", "timeout_member_data", "timeout_tcp_inspect"])
        {
            foreach (var milliseconds in (int[])[0, 1, 31_536_000])
            {
                yield return Listener($"{time} {milliseconds}", "02-tcp-https-passthrough", listener => listener[time] = milliseconds);
            }

            foreach (var milliseconds in (int[])[1, 31_536_000])
            {
                yield return Changed($"{time} {milliseconds} for all", "12-everything-active-standby", document => document["settings"]![time] = milliseconds);
            }
        }

        foreach (var limit in (int[])[-1, 1, 1_000_000])
        {
            yield return Listener($"limit {limit}", "01-tiny-http", listener => listener["connection_limit"] = limit);
        }

        yield return Listener("allowed networks", "01-tiny-http", listener => listener["allowed_cidrs"] = Array("0.0.0.0/0", "198.51.100.0/24"));
        yield return Listener("metrics by themselves", "11-prometheus-ping-pinned", listener => listener["admin_state_up"] = false);
    }

    private static IEnumerable<DocumentVariant> States()
    {
        foreach (var state in (string[])["PENDING_CREATE", "PENDING_UPDATE", "PENDING_DELETE", "ERROR"])
        {
            yield return Listener($"listener {state}", "12-everything-active-standby", listener => listener["provisioning_status"] = state);
            yield return Pool($"pool {state}", "12-everything-active-standby", pool => pool["provisioning_status"] = state);
            yield return Pool($"member {state}", "12-everything-active-standby", pool => pool["members"]![0]!["provisioning_status"] = state);
        }

        yield return Pool("disabled pool", "12-everything-active-standby", pool => pool["admin_state_up"] = false);
        yield return Pool("disabled monitor", "12-everything-active-standby", pool => pool["healthmonitor"]!["admin_state_up"] = false);
        yield return Pool("no members", "12-everything-active-standby", pool => pool["members"] = new JsonArray());
    }

    private static DocumentVariant Listener(string name, string document, Action<JsonNode> change) =>
        Changed(name, document, copy => change(copy["loadbalancer"]!["listeners"]![0]!));

    private static DocumentVariant Pool(string name, string document, Action<JsonNode> change) =>
        Changed(name, document, copy => change(copy["loadbalancer"]!["pools"]![0]!));

    private static DocumentVariant Changed(string name, string document, Action<JsonNode> change)
    {
        var copy = LintCorpus.Document(document);
        change(copy);
        return new($"{name} in {document}", copy);
    }

    private static JsonArray Array(params string[] values) => [.. values.Select(static value => (JsonNode)value)];
}
