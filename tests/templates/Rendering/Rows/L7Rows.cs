// config-rendering.md §6: L7 policies and rules inside a frontend.
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class L7Rows
{
    private static readonly string Term = Documents.RuleId.ToString();

    [Fact]
    public void L1_policies_are_in_the_order_of_their_positions_with_their_acls_before_them()
    {
        var first = new Guid("00000000-0000-0000-0000-00000000000a");
        var document = Documents.Http()
            .Policy(p => p with { Position = 20 })
            .Policy(p => p with { Id = Guid.NewGuid(), Position = 3, Action = L7PolicyAction.RedirectToUrl, RedirectUrl = "http://a/" }, r => r with { Id = first });

        Assert.Equal(
            [
                $"acl {first} path -m beg -- /x", $"redirect location http://a/ if {first}",
                $"acl {Term} path -m beg -- /x", $"http-request deny if {Term}",
            ],
            PolicyLines(document));
    }

    [Fact]
    public void L1_policies_without_effect_are_skipped()
    {
        DesiredStateDocument[] without =
        [
            Documents.Http().Policy(p => p with { AdminStateUp = false }),
            Documents.Http().Policy(p => p with { ProvisioningStatus = ProvisioningStatus.PendingDelete }),
            Documents.Http().Policy(p => p with { Rules = [] }),
            Documents.Http().Policy(p => p, r => r with { AdminStateUp = false }),
            Documents.Http().Policy(p => p, r => r with { ProvisioningStatus = ProvisioningStatus.PendingDelete }),
        ];

        Assert.All(without, document => Assert.Empty(PolicyLines(document)));
    }

    [Fact]
    public void L2_REJECT_denies() => Assert.Equal($"http-request deny if {Term}", PolicyLines(Documents.Http().Policy(p => p))[^1]);

    [Fact]
    public void L3_REDIRECT_TO_URL_redirects_to_a_location() =>
        Assert.Equal(
            $"redirect code 307 location https://www.example.com/a?b=1&c=it's#d if {Term}",
            PolicyLines(Documents.Http().Policy(p => p with
            {
                Action = L7PolicyAction.RedirectToUrl,
                RedirectUrl = "https://www.example.com/a?b=1&c=it's#d",
                RedirectHttpCode = 307,
            }))[^1]);

    [Fact]
    public void L4_REDIRECT_PREFIX_redirects_with_a_prefix() =>
        Assert.Equal(
            $"redirect code 301 prefix https://www.example.com if {Term}",
            PolicyLines(Documents.Http().Policy(p => p with
            {
                Action = L7PolicyAction.RedirectPrefix,
                RedirectPrefix = "https://www.example.com",
                RedirectHttpCode = 301,
            }))[^1]);

    [Fact]
    public void L5_REDIRECT_TO_POOL_uses_the_backend_of_that_pool()
    {
        var document = Documents.Http().OtherPool().Policy(p => p with { Action = L7PolicyAction.RedirectToPool, RedirectPoolId = Documents.OtherPoolId });

        Assert.Equal($"use_backend {Documents.OtherPoolId}:{Documents.ListenerId} if {Term}", PolicyLines(document)[^1]);
        Assert.NotNull(document.Haproxy().Find($"backend {Documents.OtherPoolId}:{Documents.ListenerId}"));
    }

    [Fact]
    public void L5_a_pool_that_is_not_shown_is_not_used()
    {
        var document = Documents.Http().OtherPool(p => p with { AdminStateUp = false })
            .Policy(p => p with { Action = L7PolicyAction.RedirectToPool, RedirectPoolId = Documents.OtherPoolId });

        Assert.DoesNotContain(PolicyLines(document), line => line.StartsWith("use_backend", StringComparison.Ordinal));
    }

    [Fact]
    public void L6_without_a_code_haproxys_302_applies() =>
        Assert.Equal(
            $"redirect location http://a/ if {Term}",
            PolicyLines(Documents.Http().Policy(p => p with { Action = L7PolicyAction.RedirectToUrl, RedirectUrl = "http://a/" }))[^1]);

    [Theory]
    [InlineData(L7RuleType.HostName, L7RuleCompareType.EqualTo, null, "www.example.com", "req.hdr(host) -i -m str -- www.example.com")]
    [InlineData(L7RuleType.HostName, L7RuleCompareType.Regex, null, @"^a\.b$", @"req.hdr(host) -i -m reg -- ^a\.b$")]
    [InlineData(L7RuleType.Path, L7RuleCompareType.StartsWith, null, "/a b", "path -m beg -- /a b")]
    [InlineData(L7RuleType.FileType, L7RuleCompareType.EqualTo, null, "css", "path_end -- css")]
    [InlineData(L7RuleType.FileType, L7RuleCompareType.Regex, null, @"\.(jpg|png)$", @"path_end -m reg -- \.(jpg|png)$")]
    [InlineData(L7RuleType.Header, L7RuleCompareType.Contains, "User-Agent", "Bot", "req.hdr(User-Agent) -m sub -- Bot")]
    [InlineData(L7RuleType.Header, L7RuleCompareType.EqualTo, "X-It's#1", "-i", "req.hdr(\"X-It's#1\") -m str -- -i")]
    [InlineData(L7RuleType.Cookie, L7RuleCompareType.EndsWith, "beta", "on", "req.cook(beta) -m end -- on")]
    [InlineData(L7RuleType.SslConnHasCert, L7RuleCompareType.EqualTo, null, "True", "ssl_c_used")]
    [InlineData(L7RuleType.SslVerifyResult, L7RuleCompareType.EqualTo, null, "20", "ssl_c_verify eq 20")]
    [InlineData(L7RuleType.SslDnField, L7RuleCompareType.EqualTo, "CN", "me", "ssl_c_s_dn(CN) -m str -- me")]
    public void L7_to_L14_each_rule_type_has_its_test(L7RuleType type, L7RuleCompareType compare, string? key, string value, string test)
    {
        var document = Documents.Http().Policy(p => p, r => r with { Type = type, CompareType = compare, Key = key, Value = value });

        Assert.Equal($"acl {Term} {test}", PolicyLines(document)[0]);
    }

    [Theory]
    [InlineData(L7RuleCompareType.Regex, "reg")]
    [InlineData(L7RuleCompareType.StartsWith, "beg")]
    [InlineData(L7RuleCompareType.EndsWith, "end")]
    [InlineData(L7RuleCompareType.Contains, "sub")]
    [InlineData(L7RuleCompareType.EqualTo, "str")]
    public void L15_each_comparison_has_its_match(L7RuleCompareType compare, string match) =>
        Assert.Equal($"acl {Term} path -m {match} -- /x", PolicyLines(Documents.Http().Policy(p => p, r => r with { CompareType = compare }))[0]);

    [Fact]
    public void L16_an_inverted_rule_is_negated_in_the_condition() =>
        Assert.Equal($"http-request deny if !{Term}", PolicyLines(Documents.Http().Policy(p => p, r => r with { Invert = true }))[^1]);

    [Fact]
    public void L17_all_usable_rules_must_match()
    {
        var document = Documents.Http().Policy(p => p with
        {
            Rules =
            [
                .. p.Rules, Documents.Rule() with { Id = Documents.OtherRuleId, Invert = true }, Documents.Rule() with { Id = Guid.NewGuid(), AdminStateUp = false },
                Documents.Rule() with { Id = Guid.NewGuid(), ProvisioningStatus = ProvisioningStatus.PendingDelete },
            ],
        });

        Assert.Equal(
            [$"acl {Term} path -m beg -- /x", $"acl {Documents.OtherRuleId} path -m beg -- /x", $"http-request deny if {Term} !{Documents.OtherRuleId}"],
            PolicyLines(document));
    }

    [Fact]
    public void L17_fifty_rules_are_one_line()
    {
        var rules = Enumerable.Range(0, 50).Select(_ => Documents.Rule() with { Id = Guid.NewGuid() }).ToValueList();

        var deny = Documents.Http().Policy(p => p with { Rules = rules }).Haproxy().Frontend.Words.Single(words => words is ["http-request", "deny", ..]);

        Assert.Equal(53, deny.Count);
    }

    [Fact]
    public void L18_the_position_orders_lines_although_haproxy_groups_them_by_kind()
    {
        var document = Documents.Http()
            .Policy(p => p with { Position = 1, Action = L7PolicyAction.RedirectToUrl, RedirectUrl = "http://a/" })
            .Policy(p => p with { Id = Guid.NewGuid(), Position = 2 }, r => r with { Id = Documents.OtherRuleId });

        Assert.Equal(
            ["acl", "redirect", "acl", "http-request"],
            PolicyLines(document).Select(line => line.Split(' ')[0]));
    }

    private static string[] PolicyLines(DesiredStateDocument document) =>
    [
        .. document.Haproxy().Frontend.Lines.Where(line =>
            line.Split(' ')[0] is "acl" or "http-request" or "use_backend" or "redirect"),
    ];
}
