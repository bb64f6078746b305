// Documents that say one thing differently from an example: every field that reaches a haproxy.cfg, with values a tenant may give.
using System.Text.Json.Nodes;

namespace Amphora.Agent.Tests.Haproxy.Lint;

/// <summary>A document and what is special about it.</summary>
internal sealed record DocumentVariant(string Name, JsonNode Document);

internal static class DocumentVariants
{
    /// <summary>Values of L7 rules that hurt when somebody quotes them wrong.</summary>
    public static readonly string[] Values =
    [
        "/a b", "/a  b ", "it's", "\"q\"", "a\"b", "&<>;", "a&b", "#a", "a#b", @"\.(jpg|png)$", @"\\", @"a\", @"\ ", @"\x41\n", "$HOME", "${HOME}", "%[src]", "%", "é€", "-x -y",
        "-i", "-n", "--", "if TRUE", "{ src 1.2.3.4 }", "a,b", "[a]", "*", "!", "||", "or",
    ];

    private static readonly string[] s_comparisons = ["REGEX", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "EQUAL_TO"];

    /// <summary>All of them.</summary>
    public static IEnumerable<DocumentVariant> All() => [.. Policies(), .. Monitors(), .. Pools(), .. Listeners(), .. Settings()];

    /// <summary>The example 06 with these policies, each of one rule.</summary>
    public static JsonNode WithPolicies(IEnumerable<(JsonObject Policy, JsonObject Rule)> policies)
    {
        var document = LintCorpus.Document("06-l7-routing");
        var number = 0;
        document["loadbalancer"]!["listeners"]![0]!["l7policies"] = new JsonArray([.. policies.Select(entry =>
        {
            number += 2;
            entry.Policy["id"] = LintCorpus.Id(number);
            entry.Policy["position"] = number;
            entry.Rule["id"] = LintCorpus.Id(number + 1);
            entry.Policy["rules"] = new JsonArray(entry.Rule);
            return entry.Policy;
        })]);
        return document;
    }

    /// <summary>A rule.</summary>
    public static JsonObject Rule(string type, string comparison, string value, string? key = null)
    {
        JsonObject rule = new() { ["type"] = type, ["compare_type"] = comparison, ["value"] = value };
        if (key is not null)
        {
            rule["key"] = key;
        }

        return rule;
    }

    private static IEnumerable<DocumentVariant> Policies()
    {
        foreach (var value in Values)
        {
            (string Type, string? Key)[] types =
                [("HOST_NAME", null), ("PATH", null), ("HEADER", "X-A"), ("COOKIE", "a_b"), ("SSL_DN_FIELD", "CN")];
            yield return new($"rules with {value}", WithPolicies(
            [
                .. types.SelectMany(_ => s_comparisons, (type, comparison) => (Reject(), Rule(type.Type, comparison, value, type.Key))),
                (Reject(), Rule("FILE_TYPE", "EQUAL_TO", value)),
                (Reject(), Rule("FILE_TYPE", "REGEX", value)),
            ]));
        }

        yield return new("rules of certificates", WithPolicies(
        [
            (Reject(), Rule("SSL_CONN_HAS_CERT", "EQUAL_TO", "TRUE")), (Reject(), Rule("SSL_VERIFY_RESULT", "EQUAL_TO", "0")), (Reject(), Rule("SSL_VERIFY_RESULT", "EQUAL_TO", "26")),
        ]));
        foreach (var key in (string[])["X-A", "x_y.z~1", "a!b$c%d", "*", "^`|+", "a&b"])
        {
            yield return new($"keys {key}", WithPolicies([(Reject(), Rule("HEADER", "EQUAL_TO", "v", key)), (Reject(), Rule("COOKIE", "REGEX", "v", key))]));
        }

        foreach (var url in (string[])["http://a", "https://a.example/x?a=1&b=2", "https://a/it's", "https://a/(b)*!$;=,", "https://[2001:db8::1]:8443/%20", "https://a/#top"])
        {
            yield return new($"redirects to {url}", WithPolicies(
            [
                .. ((int?[])[null, 301, 302, 303, 307, 308]).Select(code => (Redirect("URL", "redirect_url", url, code), Rule("PATH", "STARTS_WITH", "/"))),
                .. ((int?[])[null, 308]).Select(code => (Redirect("PREFIX", "redirect_prefix", url, code), Rule("PATH", "STARTS_WITH", "/"))),
            ]));
        }
    }

    private static IEnumerable<DocumentVariant> Monitors()
    {
        foreach (var type in (string[])["HTTP", "HTTPS", "TCP", "PING", "TLS-HELLO"])
        {
            yield return Monitor(type, new JsonObject { ["type"] = type });
            yield return Monitor($"{type} of a TLS pool", new JsonObject { ["type"] = type }, "07-reencrypt");
        }

        foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH", "CONNECT"])
        {
            yield return Monitor(method, new JsonObject { ["type"] = "HTTP", ["http_method"] = method });
        }

        foreach (var path in (string[])["/", "/a?b=1&c=2", "/~a/%20", "/it's", "/a;b=c", "/(a)*!$,=:@"])
        {
            yield return Monitor(path, new JsonObject { ["type"] = "HTTP", ["url_path"] = path });
        }

        foreach (var (version, host) in ((double, string?)[])[(1.0, null), (1.1, null), (1.1, "www.example.com"), (1.1, "a_b-c.example")])
        {
            yield return Monitor($"{version} {host}", new JsonObject { ["type"] = "HTTP", ["http_version"] = version, ["domain_name"] = host, ["expected_codes"] = "200-204" });
        }
    }

    private static IEnumerable<DocumentVariant> Pools()
    {
        foreach (var name in (string[])["01-tiny-http", "12-everything-active-standby"])
        {
            foreach (var algorithm in (string[])["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"])
            {
                yield return Pool(algorithm, name, pool => pool["lb_algorithm"] = algorithm);
            }

            foreach (var cookie in (string[])["JSESSIONID", "a.b_c-d", "a!$%&*+^`|~"])
            {
                yield return Pool(cookie, name, pool => pool["session_persistence"] = new JsonObject { ["type"] = "APP_COOKIE", ["cookie_name"] = cookie });
            }

            foreach (var type in (string[])["SOURCE_IP", "HTTP_COOKIE"])
            {
                yield return Pool($"persistence {type}", name, pool => pool["session_persistence"] = new JsonObject { ["type"] = type });
            }
        }

        yield return Pool("a TLS pool of its own", "01-tiny-http", pool => pool["tls_enabled"] = true);
        yield return Pool("a TLS pool with an authority only", "07-reencrypt", pool => ((JsonObject)pool).Remove("crl_container_ref"));
        foreach (var versions in (string[][])[["TLSv1.2"], ["TLSv1.3"], ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]])
        {
            yield return Pool(string.Join(' ', versions), "07-reencrypt", pool => pool["tls_versions"] = new JsonArray([.. versions.Select(version => (JsonNode)version)]));
        }

        yield return Pool("members", "01-tiny-http", pool =>
        {
            var member = pool["members"]![0]!;
            member["address"] = "2001:DB8:0:0::9";
            member["weight"] = 256;
            member["backup"] = true;
            member["admin_state_up"] = false;
        });
    }

    private static IEnumerable<DocumentVariant> Listeners()
    {
        foreach (var authentication in (string[])["NONE", "OPTIONAL", "MANDATORY"])
        {
            yield return Listener(authentication, "05-client-auth", listener => listener["client_authentication"] = authentication);
        }

        yield return Listener("without a list of revoked certificates", "05-client-auth", listener => ((JsonObject)listener).Remove("client_crl_container_ref"));
        yield return Listener("without ciphers", "04-terminated-https-sni", listener => ((JsonObject)listener).Remove("tls_ciphers"));
        yield return Listener("ciphers", "04-terminated-https-sni", listener => listener["tls_ciphers"] = "ECDHE+AESGCM:!aNULL:@SECLEVEL=1:-RC4");
        yield return Listener("no certificate by default", "04-terminated-https-sni", listener => ((JsonObject)listener).Remove("default_tls_container_ref"));
        yield return Listener("HSTS", "04-terminated-https-sni", listener =>
        {
            listener["hsts_max_age"] = 0;
            listener["hsts_preload"] = true;
        });
        yield return Listener("no pool", "01-tiny-http", listener => ((JsonObject)listener).Remove("default_pool_id"));
        yield return Listener("disabled", "12-everything-active-standby", listener => listener["admin_state_up"] = false);
        var off = LintCorpus.Document("12-everything-active-standby");
        off["loadbalancer"]!["admin_state_up"] = false;
        yield return new("a disabled load balancer", off);
    }

    private static IEnumerable<DocumentVariant> Settings()
    {
        foreach (var name in (string[])["04-terminated-https-sni", "12-everything-active-standby"])
        {
            var document = LintCorpus.Document(name);
            document["settings"] = new JsonObject
            {
                ["base_path"] = "/srv/lb",
                ["base_cert_dir"] = "/srv/keys",
                ["user_log_facility"] = 7,
                ["administrative_log_facility"] = 0,
                ["haproxy_stick_size"] = "1m",
                ["timeout_tcp_inspect"] = 5,
                ["user_log_format"] = "{{ lb_id }} %ci:%cp [%tr] %{+Q}o %hr %[ssl_c_i_dn(o),lower] %%",
            };
            yield return new($"settings of {name}", document);
            var quiet = LintCorpus.Document(name);
            quiet["settings"] = new JsonObject { ["connection_logging"] = false };
            yield return new($"no connection logging of {name}", quiet);
        }
    }

    private static JsonObject Reject() => new() { ["action"] = "REJECT" };

    private static JsonObject Redirect(string kind, string field, string target, int? code)
    {
        JsonObject policy = new() { ["action"] = kind == "URL" ? "REDIRECT_TO_URL" : "REDIRECT_PREFIX", [field] = target };
        if (code is { } number)
        {
            policy["redirect_http_code"] = number;
        }

        return policy;
    }

    private static DocumentVariant Monitor(string name, JsonObject fields, string document = "01-tiny-http") => Pool($"monitor {name}", document, pool =>
    {
        (fields["id"], fields["delay"], fields["timeout"], fields["max_retries"], fields["max_retries_down"]) = (LintCorpus.Id(1), 5, 3, 10, 1);
        pool["healthmonitor"] = fields;
        pool["members"]![0]!["monitor_address"] = "2001:db8::7";
        pool["members"]![0]!["monitor_port"] = 8081;
    });

    private static DocumentVariant Pool(string name, string document, Action<JsonNode> change)
    {
        var copy = LintCorpus.Document(document);
        change(copy["loadbalancer"]!["pools"]![0]!);
        return new($"{name} in {document}", copy);
    }

    private static DocumentVariant Listener(string name, string document, Action<JsonNode> change)
    {
        var copy = LintCorpus.Document(document);
        change(copy["loadbalancer"]!["listeners"]!.AsArray().First(listener => (string)listener!["protocol"]! is "TERMINATED_HTTPS" or "HTTP")!);
        return new($"{name} in {document}", copy);
    }
}
