// config-rendering.md §14: what depends on HAProxy's version, and what an operator's template changes.
using Amphora.Contract.DesiredState;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering;

public sealed class VersionGates
{
    public static TheoryData<string> Names => ExampleDocuments.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_is_the_same_for_2_6_and_later(string name)
    {
        var document = ExampleDocuments.Read(name);
        var expected = document.Files("2.6.12-1+deb12u4").HaproxyConfig;

        Assert.All(["2.8.5", "3.0.11", "3.2.26", "3.3-dev1"], version => Assert.Equal(expected, document.Files(version).HaproxyConfig));
    }

    [Fact]
    public void What_an_old_haproxy_does_not_know_is_left_out()
    {
        var document = ExampleDocuments.Read("12-everything-active-standby");
        string[] since16 = ["http-reuse", "server-state-file", "load-server-state-from-file"];
        string[] since20 = ["check-alpn", "prometheus-exporter", "insecure-fork-wanted", "http-check send"];

        var (old, older) = (document.Files("1.9.0").HaproxyConfig!, document.Files("1.5.0").HaproxyConfig!);

        Assert.All(since20, word => Assert.DoesNotContain(word, old, StringComparison.Ordinal));
        Assert.All(since16, word => Assert.Contains(word, old, StringComparison.Ordinal));
        Assert.All(since16, word => Assert.DoesNotContain(word, older, StringComparison.Ordinal));
    }

    [Fact]
    public void A_preview_assumes_2_6_and_takes_the_documents_facts()
    {
        Assert.Equal(new HostFacts { HaproxyVersion = "2.6" }, LoadBalancerRenderer.PreviewFacts(Documents.Http()));

        var facts = new HostFacts { HaproxyVersion = "3.0.1", CpuCount = 2 };
        Assert.Equal(facts, LoadBalancerRenderer.PreviewFacts(Documents.Http() with { HostFacts = facts }));
    }

    [Fact]
    public void An_operators_template_replaces_ours_and_is_encoded_too()
    {
        using var directory = new ScratchDirectory();
        directory.Write("keepalived.sbn", "vrrp_instance {{ name }} {\n}\n");
        var renderer = new LoadBalancerRenderer(TemplateSet.Load(directory.Path));
        var document = Documents.Http().ActiveStandby();

        var text = renderer.Render(document, new HostFacts()).Files!.KeepalivedConfig;
        var bad = renderer.Render(document with { VrrpGroup = document.VrrpGroup! with { VrrpGroupName = "x\n}" } }, new HostFacts());

        Assert.Equal("vrrp_instance 4f064981033d5ce28147bef15afffe4d {\n}\n", text);
        Assert.Equal("/vrrp_group/vrrp_group_name", Assert.Single(bad.Faults).Path);
    }
}
