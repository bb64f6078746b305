// The front door of rendering: document → views → the text of every file.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering.Haproxy;
using Amphora.Templates.Rendering.Keepalived;
using Amphora.Templates.Rendering.Nftables;

namespace Amphora.Templates.Rendering;

/// <summary>Renders load balancers. Pure: the same document, facts and templates give the same bytes.</summary>
/// <param name="templates">The embedded templates, or those with an operator's overrides.</param>
public sealed class LoadBalancerRenderer(TemplateSet templates)
{
    /// <summary>All files of a document that DesiredStateReader found no fault in.</summary>
    /// <param name="document">The document.</param>
    /// <param name="host">What the host measured; a preview gives <see cref="PreviewFacts"/>.</param>
    /// <exception cref="TemplateException">A template is wrong.</exception>
    public RenderResult Render(DesiredStateDocument document, HostFacts host)
    {
        if (!TryVersion(host, out var version))
        {
            return new RenderResult(null, [new Fault("/host_facts/haproxy_version", "pattern", "the version is not major.minor with an optional rest")]);
        }

        var context = new ViewContext(document, host, version);
        var texts = new Texts(templates, context.Faults);
        var files = new RenderedLoadBalancer
        {
            LocalPeer = PeerName.Of(document.AmphoraId),
            HaproxyConfig = texts.Of("haproxy.sbn", HaproxyViews.Of(context), HaproxyEncoder.Instance),
            KeepalivedConfig = texts.Of("keepalived.sbn", VrrpViews.Of(context), KeepalivedEncoder.Instance),
            Lvs = Lvs(context, texts),
            CrtLists = CrtLists.Of(context),
            Nftables = texts.Of("nftables.sbn", NftablesView.Of(context), ClosedSetEncoder.Nftables),
        };
        return context.Faults.Count == 0
            ? new RenderResult(files, [])
            : new RenderResult(null, context.Faults.Distinct().ToValueList());
    }

    /// <summary>The facts a preview uses: the document's, with the version of desired-state.md §2 where it says none.</summary>
    public static HostFacts PreviewFacts(DesiredStateDocument document)
    {
        var facts = document.HostFacts ?? new HostFacts();
        return facts.HaproxyVersion is null ? facts with { HaproxyVersion = HaproxyVersion.PreviewDefault.ToString() } : facts;
    }

    private static bool TryVersion(HostFacts host, out HaproxyVersion version)
    {
        version = HaproxyVersion.PreviewDefault;
        return host.HaproxyVersion is null || HaproxyVersion.TryParse(host.HaproxyVersion, out version);
    }

    private static ValueList<ListenerFile> Lvs(ViewContext context, Texts texts)
    {
        var files = new List<ListenerFile>();
        for (var i = 0; i < context.LoadBalancer.Listeners.Count; i++)
        {
            var listener = context.LoadBalancer.Listeners[i];
            if (listener.IsLvs() && Shown.Stays(listener.ProvisioningStatus))
            {
                var view = LvsViews.Of(context, listener, $"/loadbalancer/listeners/{i}");
                files.Add(new ListenerFile(listener.Id, texts.Of("keepalived-lvs.sbn", view, KeepalivedEncoder.Instance) ?? ""));
            }
        }

        return files.ToValueList();
    }

    /// <summary>Renders views, and collects what the encoders refuse.</summary>
    private sealed class Texts(TemplateSet templates, List<Fault> faults)
    {
        public string? Of(string template, View? view, IOutputEncoder encoder)
        {
            if (view is null)
            {
                return null;
            }

            var rendered = Renderer.Render(templates, template, view, encoder);
            faults.AddRange(rendered.Faults);
            return rendered.Text;
        }
    }
}
