// Renders in one line, for tests.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering;

internal static class Rendered
{
    private static readonly LoadBalancerRenderer Renderer = new(TemplateSet.Load(null));

    public static RenderResult Result(this DesiredStateDocument document, string? haproxy = null, HostFacts? host = null)
    {
        var facts = host ?? LoadBalancerRenderer.PreviewFacts(document);
        return Renderer.Render(document, haproxy is null ? facts : facts with { HaproxyVersion = haproxy });
    }

    public static RenderedLoadBalancer Files(this DesiredStateDocument document, string? haproxy = null, HostFacts? host = null)
    {
        var result = document.Result(haproxy, host);
        Assert.Empty(result.Faults);
        return result.Files!;
    }

    public static HaproxyText Haproxy(this DesiredStateDocument document, string? haproxy = null, HostFacts? host = null) =>
        HaproxyText.Parse(document.Files(haproxy, host).HaproxyConfig ?? throw new InvalidOperationException("there is no haproxy.cfg"));

    public static string Server(this DesiredStateDocument document, string? haproxy = null) =>
        document.Haproxy(haproxy).Backend.After($"server {Documents.FirstMemberId}")!;

    public static KeepalivedText Vrrp(this DesiredStateDocument document) =>
        KeepalivedText.Parse(document.Files().KeepalivedConfig ?? throw new InvalidOperationException("there is no keepalived.conf"));

    public static KeepalivedText VrrpInstance(this DesiredStateDocument document) =>
        document.Vrrp().Blocks.Single(block => block.Name.StartsWith("vrrp_instance ", StringComparison.Ordinal));

    public static KeepalivedText Lvs(this DesiredStateDocument document) => KeepalivedText.Parse(Assert.Single(document.Files().Lvs).Text);

    public static KeepalivedText VirtualServer(this DesiredStateDocument document, string family = "ipv4") =>
        document.Lvs().Block($"virtual_server group {family}-group");

    public static ValueList<Fault> Faults(this DesiredStateDocument document) => document.Result().Faults;
}
