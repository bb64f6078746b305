// config-rendering.md §12: what upstream does wrong, each with the case that fails there.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering;

public sealed class UpstreamDefects
{
    private static readonly string Term = Documents.RuleId.ToString();

    [Fact]
    public void UD1_nothing_is_escaped_for_HTML()
    {
        var document = RedirectTo("https://a/?a=1&b=<2>\"'").Monitor(HealthMonitorType.Http, m => m with { UrlPath = "/?a=1&b=2" });

        Assert.Contains($"redirect location https://a/?a=1&b=<2>\"' if {Term}", document.Haproxy().Frontend.Lines);
        Assert.Equal("GET /?a=1&b=2", document.Haproxy().Backend.After("option httpchk"));
    }

    [Fact]
    public async Task UD2_a_quote_or_a_hash_does_not_cut_the_condition()
    {
        var document = RedirectTo("http://x/it's#here");

        Assert.Contains($"redirect location http://x/it's#here if {Term}", document.Haproxy().Frontend.Lines);
        await AssertTaken(document);
    }

    [Fact]
    public async Task UD3_checks_without_verification_do_not_switch_it_off_for_traffic()
    {
        var document = Documents.Http().WithTlsFiles().Monitor(HealthMonitorType.Https).Pool(p => p with { TlsEnabled = true, CaTlsContainerRef = "ca" });

        var words = document.Server().Split(' ');

        Assert.Contains("check-ssl", words);
        Assert.Equal("required", words[Array.IndexOf(words, "verify") + 1]);
        Assert.Single(words, "verify");
        await AssertTaken(document);
    }

    [Fact]
    public async Task UD4_a_listener_with_only_SNI_certificates_speaks_TLS()
    {
        var document = Documents.Terminated().Listener(l => l with { DefaultTlsContainerRef = null, SniContainerRefs = ["sni"] });

        Assert.Contains(" ssl crt-list ", document.Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
        await AssertTaken(document);
    }

    [Theory]
    [InlineData("-i")]
    [InlineData("-f")]
    [InlineData("-m")]
    [InlineData("--")]
    public async Task UD5_a_value_is_never_a_flag(string value)
    {
        var document = Documents.Http().Policy(p => p, r => r with { Type = L7RuleType.Header, Key = "X-Flag", CompareType = L7RuleCompareType.EqualTo, Value = value });

        Assert.Contains($"acl {Term} req.hdr(X-Flag) -m str -- {value}", document.Haproxy().Frontend.Lines);
        await AssertTaken(document);
    }

    [Fact]
    public void UD6_blanks_between_codes_are_no_words()
    {
        var document = Read("03-http-monitor-cookie", root => Pool(root)["healthmonitor"]!["expected_codes"] = "200 ,  202");

        Assert.Contains(document.Haproxy().Sections, section => section.After("http-check expect") == "rstatus 200|202");
    }

    [Fact]
    public void UD7_bad_data_is_refused_and_not_repaired()
    {
        var result = RedirectTo("http://a/\n").Result();

        Assert.Null(result.Files);
        Assert.Equal("/loadbalancer/listeners/0/l7policies/0/redirect_url", Assert.Single(result.Faults).Path);
    }

    [Fact]
    public void UD8_host_routes_go_via_their_next_hop()
    {
        var document = Documents.Http().ActiveStandby();
        var route = new HostRoute { Destination = Documents.Net("192.0.2.0/24"), Nexthop = IPAddress.Parse("203.0.113.254") };
        document = document with { Subnets = [document.Subnets[0] with { HostRoutes = [route] }] };

        Assert.Contains("192.0.2.0/24 via 203.0.113.254 dev eth1 onlink table 1", document.VrrpInstance().Block("virtual_routes").Lines);
    }

    [Theory]
    [InlineData("/a\n")]
    [InlineData("/a\u000b")]
    [InlineData("/a\u0085")]
    [InlineData("/a\u007f")]
    [InlineData("/a\tb")]
    [InlineData("\0")]
    public void UD9_control_characters_are_refused_wherever_they_come_from(string value)
    {
        var fault = Assert.Single(Documents.Http().Policy(p => p, r => r with { Value = value }).Faults());

        Assert.Equal(("/loadbalancer/listeners/0/l7policies/0/rules/0/value", "encoding"), (fault.Path, fault.Rule));
    }

    [Fact]
    public async Task UD10_one_of_several_codes_is_enough()
    {
        var list = Documents.Udp().Monitor(HealthMonitorType.Http, m => m with { ExpectedCodes = new ExpectedCodes([200, 202], null, null) });
        var range = list.Monitor(HealthMonitorType.Http, m => m with { ExpectedCodes = new ExpectedCodes([], 200, 299) });

        Assert.Equal("200 202", Url(list).After("status_code"));
        Assert.Equal("200-299", Url(range).After("status_code"));
        await AssertKeepalivedTakes(Assert.Single(list.Files().Lvs).Text);

        static KeepalivedText Url(DesiredStateDocument document) =>
            Assert.Single(document.VirtualServer().Block("real_server 10.0.0.11 80").Block("HTTP_GET").Blocks);
    }

    [Fact]
    public async Task UD10_a_long_list_of_codes_does_not_exceed_keepaliveds_line()
    {
        var codes = Enumerable.Range(50, 250).Select(i => i * 2);
        var document = Documents.Udp().Monitor(HealthMonitorType.Http, m => m with { ExpectedCodes = new ExpectedCodes([.. codes], null, null) });

        var text = Assert.Single(document.Files().Lvs).Text;

        Assert.All(text.Split('\n'), line => Assert.True(line.Length < 1000, line));
        await AssertKeepalivedTakes(text);
    }

    [Fact]
    public async Task UD11_a_mask_of_one_family_does_not_harm_the_other()
    {
        var document = Documents.Udp().DualStack().Pool(p => p with
        {
            Members = [.. p.Members, Documents.Member(Guid.NewGuid(), "2001:db8::5")],
            SessionPersistence = new SessionPersistence { Type = SessionPersistenceType.SourceIp, PersistenceGranularity = IPAddress.Parse("ffff:ffff::") },
        });

        Assert.Equal("255.255.255.255", document.VirtualServer().After("persistence_granularity"));
        Assert.Equal("32", document.VirtualServer("ipv6").After("persistence_granularity"));
        await AssertKeepalivedTakes(Assert.Single(document.Files().Lvs).Text);
    }

    [Fact]
    public async Task UD12_an_IPv6_monitor_address_is_in_brackets()
    {
        var document = Documents.Http().Monitor(HealthMonitorType.Tcp).Member(m => m with { MonitorAddress = IPAddress.Parse("2001:db8::7") });

        Assert.EndsWith(" addr [2001:db8::7]", document.Server(), StringComparison.Ordinal);
        await AssertTaken(document);
    }

    [Fact]
    public async Task UD13_suites_of_TLS_1_3_alone_are_no_ciphers()
    {
        var document = Documents.Terminated().Listener(l => l with { TlsCiphers = "TLS_AES_128_GCM_SHA256", TlsVersions = [TlsVersion.Tlsv1_3] });

        Assert.DoesNotContain(" ciphers ", document.Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
        await AssertTaken(document);
    }

    [Fact]
    public async Task UD14_old_versions_can_be_switched_on()
    {
        var document = Documents.Terminated().Listener(l => l with { TlsVersions = [TlsVersion.Tlsv1] });

        Assert.EndsWith(" ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.0", document.Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
        Assert.DoesNotContain(" no-", document.Files().HaproxyConfig, StringComparison.Ordinal);
        await AssertTaken(document);
    }

    [Fact]
    public async Task UD15_VRRP_over_IPv6_does_not_authenticate()
    {
        using var directory = new ScratchDirectory();
        var document = Documents.Http().ActiveStandby().DualStack();
        document = document with
        {
            Amphorae =
            [
                document.Amphorae[0] with { VrrpIp = IPAddress.Parse("2001:db8:10::11") },
                document.Amphorae[1] with { VrrpIp = IPAddress.Parse("2001:db8:10::12") },
            ],
        };

        var text = RealPrograms.Place(directory, document).Files().KeepalivedConfig!;

        Assert.DoesNotContain("auth", text, StringComparison.Ordinal);
        Assert.Equal("", await RealPrograms.CheckKeepalived(directory, text, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task UD16_the_log_format_is_one_word_whatever_it_holds()
    {
        const string format = """{"a": "it's \ %ci", 'b': #$HOME}""";
        var document = Documents.Http().Settings(s => s with { UserLogFormat = format });

        Assert.Equal(["log-format", format], document.Haproxy().Frontend.Words.Single(words => words[0] == "log-format"));
        await AssertTaken(document);
    }

    [Fact]
    public void UD17_a_delay_of_0_is_refused_with_its_path()
    {
        var result = DesiredStateReader.Read(Change("03-http-monitor-cookie", root => Pool(root)["healthmonitor"]!["delay"] = 0));

        Assert.Equal("/loadbalancer/pools/0/healthmonitor/delay", Assert.Single(result.Faults).Path);
    }

    private static DesiredStateDocument RedirectTo(string url) => Documents.Http().Policy(p => p with { Action = L7PolicyAction.RedirectToUrl, RedirectUrl = url });

    private static JsonNode Pool(JsonNode root) => root["loadbalancer"]!["pools"]![0]!;

    private static DesiredStateDocument Read(string name, Action<JsonNode> change) =>
        DesiredStateReader.Read(Change(name, change)).Document ?? throw new InvalidOperationException("the document is refused");

    private static byte[] Change(string name, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(ExampleDocuments.Bytes(name))!;
        change(root);
        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static async Task AssertTaken(DesiredStateDocument document)
    {
        using var directory = new ScratchDirectory();
        var files = RealPrograms.Place(directory, document).Files();

        var (exitCode, output) = await RealPrograms.CheckHaproxy(directory, files, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"{output}\n{files.HaproxyConfig}");
    }

    private static async Task AssertKeepalivedTakes(string text)
    {
        using var directory = new ScratchDirectory();
        Assert.Equal("", await RealPrograms.CheckKeepalived(directory, text, TestContext.Current.CancellationToken));
    }
}
