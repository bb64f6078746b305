// amphora-agent render: the files of a document, offline and without root.
using System.Text;
using System.Text.Json;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;

namespace Amphora.Agent.LoadBalancers;

/// <summary>What <c>amphora-agent render</c> was asked for.</summary>
internal sealed record RenderRequest
{
    /// <summary>The document, or <c>-</c> for standard input.</summary>
    public required string File { get; init; }

    /// <summary>Directory for the files; made when it is not there.</summary>
    public required string Out { get; init; }

    /// <summary>Overrides the document's amphora_id.</summary>
    public Guid? AmphoraId { get; init; }

    /// <summary>Overrides host_facts.haproxy_version.</summary>
    public string? HaproxyVersion { get; init; }

    /// <summary>Directory with templates that override the built-in ones.</summary>
    public string? Templates { get; init; }
}

/// <summary>Renders a preview: the document's host_facts, else the defaults of desired-state.md §2.</summary>
internal static class RenderCommand
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Refused = 3;

    /// <summary>Writes the files, or the faults to <paramref name="error"/>.</summary>
    /// <returns>0 done, 1 a file or template cannot be read or written, 3 the document is refused.</returns>
    public static int Run(RenderRequest request, Stream input, TextWriter error)
    {
        try
        {
            var (document, faults) = DesiredStateReader.Read(ReadAll(request.File, input));
            if (document is not null && request.AmphoraId is { } own)
            {
                // V12 is about the own entry: look at the document again as that amphora would.
                (document, faults) = DesiredStateReader.Read(DesiredStateWriter.Write(document with { AmphoraId = own }));
            }

            if (document is null)
            {
                return Refuse(faults, error);
            }

            var facts = document.HostFacts ?? new HostFacts();
            var rendered = new LoadBalancerRenderer(TemplateSet.Load(request.Templates))
                .Render(document, facts with { HaproxyVersion = request.HaproxyVersion ?? facts.HaproxyVersion });
            if (rendered.Files is not { } files)
            {
                return Refuse(rendered.Faults, error);
            }

            WriteFiles(request.Out, files, document.Settings);
            return Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TemplateException)
        {
            error.WriteLine($"amphora-agent render: {e.Message}");
            return Failed;
        }
    }

    private static int Refuse(ValueList<Fault> faults, TextWriter error)
    {
        foreach (var fault in faults)
        {
            error.WriteLine($"{(fault.Path.Length == 0 ? "(document)" : fault.Path)}: {fault.Message} [{fault.Rule}]");
        }

        return Refused;
    }

    private static byte[] ReadAll(string file, Stream input)
    {
        if (file != "-")
        {
            return File.ReadAllBytes(file);
        }

        using var buffer = new MemoryStream();
        input.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static void WriteFiles(string directory, RenderedLoadBalancer files, Settings settings)
    {
        Directory.CreateDirectory(directory);
        Write("haproxy.cfg", files.HaproxyConfig);
        Write("keepalived.conf", files.KeepalivedConfig);
        Write("nftables-vip.rules", files.Nftables);
        Write("meta.json", Meta(files, settings));
        foreach (var lvs in files.Lvs)
        {
            Write($"lvs-{lvs.ListenerId:D}.conf", lvs.Text);
        }

        foreach (var list in files.CrtLists)
        {
            Write($"crt-list-{list.ListenerId:D}.pem", list.Text);
        }

        void Write(string name, string? text)
        {
            if (text is not null)
            {
                File.WriteAllText(Path.Combine(directory, name), text);
            }
        }
    }

    private static string Meta(RenderedLoadBalancer files, Settings settings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("local_peer", files.LocalPeer);
            json.WriteString("base_path", settings.BasePath);
            json.WriteString("base_cert_dir", settings.BaseCertDir);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
