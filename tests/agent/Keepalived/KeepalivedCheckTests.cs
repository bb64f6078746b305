// keepalived -t before anything is renamed, with the real program.
using Amphora.Agent.Keepalived;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived;

public sealed class KeepalivedCheckTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private KeepalivedOptions Options => new() { BasePath = _folder.Path, NetworkNamespace = $"absent-{Path.GetFileName(_folder.Path)}" };

    [Fact]
    public async Task A_good_configuration_passes_although_the_port_is_not_plugged_and_leaves_nothing_behind()
    {
        var check = new KeepalivedCheck(Options);

        var failure = await check.RunAsync(Wanted(Vrrp(), Lvs("weight 1")), TestContext.Current.CancellationToken);

        Assert.Null(failure);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_group_whose_servers_all_have_weight_0_is_only_remarked()
    {
        var check = new KeepalivedCheck(Options);

        var failure = await check.RunAsync(Wanted(vrrp: null, Lvs("weight 0")), TestContext.Current.CancellationToken);

        Assert.Null(failure);
    }

    [Theory]
    [InlineData("priority 100", "priority 999", "outside range")]
    [InlineData("10.0.0.3", "10.0.0.399", "invalid IP")]
    [InlineData("scope link", "gateway 10.0.0.9", "unknown route keyword")]
    [InlineData("nopreempt", "nopreemptt", "Unknown keyword")]
    [InlineData("track_script {", "track_script", "Extra '}' found")]
    public async Task A_refusal_has_keepaliveds_words_with_the_real_path(string good, string bad, string words)
    {
        using var space = SpaceWithPort();
        var check = new KeepalivedCheck(Options with { NetworkNamespace = space.Name });

        var failure = await check.RunAsync(
            Wanted(Vrrp().Replace(good, bad, StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        Assert.Equal((FailureKind.Refused, "keepalived"), (failure!.Kind, failure.Tool));
        Assert.Contains(words, failure.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("staging", failure.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task An_error_behind_a_namespace_that_is_not_there_yet_is_found()
    {
        var check = new KeepalivedCheck(Options);
        var text = Lvs("weight 1").Replace("lb_algo wrr", "lb_algoo wrr", StringComparison.Ordinal);

        var failure = await check.RunAsync(Wanted(vrrp: null, text), TestContext.Current.CancellationToken);

        Assert.Equal("check octavia-keepalivedlvs-l1.conf", failure!.Step);
        Assert.Contains($"({Options.Paths.LvsConfig("l1")}: Line 6) Unknown keyword 'lb_algoo'", failure.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_namespace_the_interface_is_found()
    {
        using var space = SpaceWithPort();
        var check = new KeepalivedCheck(Options with { NetworkNamespace = space.Name });

        var failure = await check.RunAsync(Wanted(Vrrp()), TestContext.Current.CancellationToken);

        Assert.Null(failure);
    }

    [Theory]
    [InlineData("09-udp-sctp")]
    [InlineData("10-dual-stack-active-standby")]
    [InlineData("12-everything-active-standby")]
    public async Task What_we_render_passes(string example)
    {
        var bytes = await File.ReadAllBytesAsync(
            Path.Combine(Checkout.Top, "tests", "golden", "documents", example + ".json"), TestContext.Current.CancellationToken);
        var document = DesiredStateReader.Read(bytes).Document!;
        var files = new LoadBalancerRenderer(TemplateSet.Load(overrideDirectory: null))
            .Render(document, LoadBalancerRenderer.PreviewFacts(document)).Files!;
        var wanted = new KeepalivedWanted
        {
            LoadBalancerId = "lb1",
            VrrpConfig = files.KeepalivedConfig,
            Lvs = files.Lvs.Select(lvs => new LvsConfig($"{lvs.ListenerId}", lvs.Text)).ToValueList(),
        };

        var failure = await new KeepalivedCheck(Options).RunAsync(wanted, TestContext.Current.CancellationToken);

        Assert.Null(failure);
        Assert.True(wanted.VrrpConfig is not null || wanted.Lvs.Count > 0);
    }

    public void Dispose() => _folder.Dispose();

    internal static string Lvs(string weight) => $$"""
        net_namespace amphora-haproxy
        virtual_server_group ipv4-group {
            10.0.0.3 53
        }
        virtual_server group ipv4-group {
            lb_algo wrr
            lb_kind NAT
            protocol UDP
            delay_loop 5
            real_server 10.1.0.1 53 {
                {{weight}}
                MISC_CHECK {
                    misc_path "/var/lib/octavia/lvs/check/udp_check.sh 10.1.0.1 53"
                    misc_timeout 5
                }
            }
        }

        """;

    private string Vrrp() => $$"""
        global_defs {
            script_user root
            enable_script_security
        }
        vrrp_script check_script {
            script {{Options.Paths.CheckScript}}
            interval 5
            fall 2
            rise 2
        }
        vrrp_instance abc {
            interface eth1
            virtual_router_id 1
            priority 100
            nopreempt
            accept
            advert_int 1
            authentication {
                auth_type PASS
                auth_pass 1234567
            }
            unicast_src_ip 10.0.0.1
            unicast_peer {
                10.0.0.2
            }
            virtual_ipaddress {
                10.0.0.3
            }
            virtual_routes {
                10.0.0.0/24 dev eth1 src 10.0.0.3 scope link table 1
            }
            track_script {
                check_script
            }
        }

        """;

    // Without the interface keepalived does not look at the rest of the instance.
    private static TestNamespace SpaceWithPort()
    {
        var space = new TestNamespace("ka");
        space.Ip("link", "add", "eth1", "type", "veth", "peer", "name", "eth1p");
        return space;
    }

    private static KeepalivedWanted Wanted(string? vrrp, params string[] lvs) => new()
    {
        LoadBalancerId = "lb1",
        VrrpConfig = vrrp,
        Lvs = lvs.Select((text, i) => new LvsConfig($"l{i + 1}", text)).ToValueList(),
    };
}
