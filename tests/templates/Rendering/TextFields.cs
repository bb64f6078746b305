// Every string of a document, how to put another there, and what has to come out.
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering;

/// <summary>A string of a document.</summary>
/// <param name="Name">For test names.</param>
/// <param name="Pointer">Where a fault has to point.</param>
/// <param name="Harmless">A value without anything special.</param>
/// <param name="Put">The document with another value there.</param>
internal sealed record TextField(string Name, string Pointer, string Harmless, Func<string, DesiredStateDocument> Put)
{
    /// <summary>The word that shows the value, if it is shown as a word of its own.</summary>
    public Func<string, string>? Word { get; init; }
}

internal static class TextFields
{
    private const string Listener = "/loadbalancer/listeners/0";
    private const string Rule = Listener + "/l7policies/0/rules/0";
    private const string PoolPointer = "/loadbalancer/pools/0";

    private static readonly DesiredStateDocument Everything = Documents.Terminated().DualStack().ActiveStandby()
        .LoadBalancer(b => b with { VipVnicType = VipVnicType.Direct })
        .AddListener(new Listener { Id = new Guid("00000000-0000-0000-0000-000000000053"), Protocol = ListenerProtocol.Udp, ProtocolPort = 53, DefaultPoolId = Documents.PoolId })
        .Monitor(HealthMonitorType.Http);

    public static IReadOnlyDictionary<string, TextField> All { get; } =
        Make().ToDictionary(field => field.Name);

    private static IEnumerable<TextField> Make() => [.. OfListener(), .. OfPolicies(), .. OfPool(), .. OfSettings(), .. OfAmphorae()];

    private static IEnumerable<TextField> OfListener() =>
    [
        new("listener.tls_ciphers", $"{Listener}/tls_ciphers", "AES128", v => Everything.Listener(l => l with { TlsCiphers = v })) { Word = v => v },
        new("project_id", "/loadbalancer/project_id", "p1", v => Everything.LoadBalancer(b => b with { ProjectId = v })),
        new("tls_files.file", "/tls_files/0/file", new string('a', 40) + ".pem", v => Everything with { TlsFiles = [Everything.TlsFiles[0] with { File = v }] }),
        new("tls_files.ref", $"{Listener}/default_tls_container_ref", "certificate", v => Everything with { TlsFiles = [Everything.TlsFiles[0] with { Ref = v }] }),
        new("names", "", "a", v => Everything.LoadBalancer(b => b with { Name = v }).Listener(l => l with { Name = v }).Pool(p => p with { Name = v }).Member(m => m with { Name = v })),
        new("client_ca_ref", $"{Listener}/client_ca_tls_container_ref", "ca", v => Everything.Listener(l => l with { ClientCaTlsContainerRef = v })),
    ];

    private static IEnumerable<TextField> OfPolicies()
    {
        yield return new("redirect_url", $"{Listener}/l7policies/0/redirect_url", "http://a/",
            v => Everything.Policy(p => p with { Action = L7PolicyAction.RedirectToUrl, RedirectUrl = v }))
        { Word = v => v };
        yield return new("redirect_prefix", $"{Listener}/l7policies/0/redirect_prefix", "http://a",
            v => Everything.Policy(p => p with { Action = L7PolicyAction.RedirectPrefix, RedirectPrefix = v }))
        { Word = v => v };
        foreach (var type in Enum.GetValues<L7RuleType>())
        {
            yield return new($"rule.value.{type}", $"{Rule}/value", "5",
                v => Everything.Policy(p => p, r => r with { Type = type, CompareType = L7RuleCompareType.EqualTo, Key = "k", Value = v }))
            {
                Word = type == L7RuleType.SslConnHasCert ? null : v => v,
            };
        }

        foreach (var (type, fetch) in new[] { (L7RuleType.Header, "req.hdr"), (L7RuleType.Cookie, "req.cook"), (L7RuleType.SslDnField, "ssl_c_s_dn") })
        {
            yield return new($"rule.key.{type}", $"{Rule}/key", "k", v => Everything.Policy(p => p, r => r with { Type = type, Key = v }))
            {
                Word = v => SampleFetch(fetch, v),
            };
        }
    }

    private static IEnumerable<TextField> OfPool() =>
    [
        new("cookie_name", $"{PoolPointer}/session_persistence/cookie_name", "JSESSIONID", v => Everything.Pool(p => p with
        {
            SessionPersistence = new SessionPersistence { Type = SessionPersistenceType.AppCookie, CookieName = v },
        })) { Word = v => SampleFetch("req.cook", v) },
        new("pool.tls_ciphers", $"{PoolPointer}/tls_ciphers", "AES128", v => Everything.Pool(p => p with { TlsEnabled = true, TlsCiphers = v })) { Word = v => v },
        new("url_path", $"{PoolPointer}/healthmonitor/url_path", "/a", v => Everything.Monitor(HealthMonitorType.Http, m => m with { UrlPath = v })) { Word = v => v },
        new("domain_name", $"{PoolPointer}/healthmonitor/domain_name", "a", v => Everything.Monitor(
            HealthMonitorType.Http, m => m with { HttpVersion = HttpVersionName.Http1_1, DomainName = v })) { Word = v => v.Replace("%", "%%", StringComparison.Ordinal) },
        new("pool.crl_ref", $"{PoolPointer}/crl_container_ref", "crl", v => Everything.Pool(p => p with { TlsEnabled = true, CaTlsContainerRef = "ca", CrlContainerRef = v })),
    ];

    private static IEnumerable<TextField> OfSettings() =>
    [
        new("base_path", "/settings/base_path", "/a", v => Everything.Settings(s => s with { BasePath = v })),
        new("base_cert_dir", "/settings/base_cert_dir", "/a", v => Everything.Settings(s => s with { BaseCertDir = v })),
        new("user_log_format", "/settings/user_log_format", "%ci", v => Everything.Settings(s => s with { UserLogFormat = v })),
        new("haproxy_stick_size", "/settings/haproxy_stick_size", "10k", v => Everything.Settings(s => s with { HaproxyStickSize = v })
            .Pool(p => p with { SessionPersistence = new SessionPersistence { Type = SessionPersistenceType.SourceIp } })) { Word = v => v },
        new("haproxy_version", "/host_facts/haproxy_version", "2.6.1", v => Everything with { HostFacts = new HostFacts { HaproxyVersion = v } }),
        new("active_tuned_profiles", "", "x", v => Everything with { HostFacts = new HostFacts { ActiveTunedProfiles = v, CpuCount = 1 } }),
    ];

    private static IEnumerable<TextField> OfAmphorae() =>
    [
        new("vrrp_group_name", "/vrrp_group/vrrp_group_name", "a", v => Everything with { VrrpGroup = Everything.VrrpGroup! with { VrrpGroupName = v } }),
        new("vrrp_auth_pass", "/vrrp_group/vrrp_auth_pass", "a", v => Everything with { VrrpGroup = Everything.VrrpGroup! with { VrrpAuthPass = v } }),
        new("vrrp_interface", "/amphorae/0/vrrp_interface", "a", v => Everything.OwnAmphora(a => a with { VrrpInterface = v })),
    ];

    // E3, written again here: what HAProxy's second level of parsing needs.
    private static string SampleFetch(string name, string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            ? $"{name}({argument})"
            : $"{name}(\"{argument.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\")";
}
