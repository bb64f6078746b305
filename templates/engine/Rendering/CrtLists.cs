// The certificates a listener offers, as HAProxy reads them: T1.
using System.Text;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering.Haproxy;

namespace Amphora.Templates.Rendering;

/// <summary>Writes crt-list files. They are plain lists of paths whose characters <see cref="ViewContext"/> has checked.</summary>
internal static class CrtLists
{
    /// <summary>One file for each frontend that terminates TLS.</summary>
    public static ValueList<ListenerFile> Of(ViewContext context)
    {
        if (!context.LoadBalancer.IsShown())
        {
            return [];
        }

        var files = new List<ListenerFile>();
        for (var i = 0; i < context.LoadBalancer.Listeners.Count; i++)
        {
            var listener = context.LoadBalancer.Listeners[i];
            if (listener.IsShown() && FrontendViews.HasCertificate(listener))
            {
                files.Add(new ListenerFile(listener.Id, Text(context, listener, $"/loadbalancer/listeners/{i}")));
            }
        }

        return files.ToValueList();
    }

    // HAProxy serves the first certificate when no name matches: the default one stands first.
    private static string Text(ViewContext context, Listener listener, string pointer)
    {
        var text = new StringBuilder();
        if (listener.DefaultTlsContainerRef is { } reference)
        {
            Add(reference, $"{pointer}/default_tls_container_ref");
        }

        for (var i = 0; i < listener.SniContainerRefs.Count; i++)
        {
            Add(listener.SniContainerRefs[i], $"{pointer}/sni_container_refs/{i}");
        }

        return text.ToString();

        void Add(string reference, string at) => text.Append(context.TlsPath(TlsFileKind.Certificate, reference, at)).Append('\n');
    }
}
