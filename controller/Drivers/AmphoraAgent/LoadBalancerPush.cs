// What is to be pushed: everything that can be found out about it here is, before anything is sent.
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>A document without faults and the files it names, ready for any agent.</summary>
internal sealed class LoadBalancerPush
{
    private readonly byte[] _text;
    private readonly DesiredStateDocument _document;
    private readonly Dictionary<string, byte[]> _files;

    private LoadBalancerPush(byte[] text, DesiredStateDocument document, Dictionary<string, byte[]> files) =>
        (_text, _document, _files) = (text, document, files);

    /// <summary>The load balancer.</summary>
    public Guid Id => _document.LoadBalancer.Id;

    /// <summary>How long somebody has to confirm it; otherwise the agent goes back. Null: nobody has to.</summary>
    public TimeSpan? ConfirmWithin { get; private init; }

    /// <summary>Files of the document.</summary>
    public ValueList<TlsFile> TlsFiles => _document.TlsFiles;

    /// <summary>Checks a document with the agent's own rules, and the files it names.</summary>
    /// <param name="text">The document as it came; it is sent like that.</param>
    /// <param name="findFile">The content of <c>tls_files[].file</c>; null: the agent may have it already.</param>
    /// <param name="amphoraIds">The amphorae it will be sent to; none: to whom it says itself.</param>
    public static (LoadBalancerPush? Push, ValueList<Fault> Faults) Prepare(byte[] text, Func<string, byte[]?> findFile, IEnumerable<Guid> amphoraIds)
    {
        var read = DesiredStateReader.Read(text);
        if (read.Document is not { } document)
        {
            return (null, read.Faults);
        }

        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Fault[] faults =
        [
            .. amphoraIds.Where(id => document.Amphorae.All(amphora => amphora.Id != id))
                .Select(id => new Fault("/amphorae", "V12", $"--amphora-id {id} is not among the amphorae of the document")),
            .. ReadFiles(document, findFile, files),
        ];
        return faults.Length > 0 ? (null, faults.ToValueList()) : (new LoadBalancerPush(text, document, files), []);
    }

    /// <summary>The same, to be confirmed.</summary>
    /// <param name="confirmWithin">As <see cref="ConfirmWithin"/>.</param>
    public LoadBalancerPush Within(TimeSpan? confirmWithin) => new(_text, _document, _files) { ConfirmWithin = confirmWithin };

    /// <summary>The content of a file the document names; null when it is not at hand.</summary>
    public byte[]? FindFile(string name) => _files.GetValueOrDefault(name);

    /// <summary>The document as an amphora has to see it; null: as it says itself.</summary>
    public DesiredStateDocument DocumentFor(Guid? amphoraId) => amphoraId is { } id ? _document with { AmphoraId = id } : _document;

    /// <summary>The error of an agent that needs a file nobody has.</summary>
    /// <param name="agent">Which agent.</param>
    /// <param name="index">Of the file in tls_files.</param>
    /// <param name="state">What the agent has instead.</param>
    public AgentError MissingFile(AgentEndpoint agent, int index, string state) =>
        new(AgentErrorKind.Refused, $"cannot push to {agent.Name}: a certificate file is missing")
        {
            Faults = [new Fault($"/tls_files/{index}/file", "V5", $"{_document.TlsFiles[index].File}: the agent {state}, and --certificates has no such file")],
        };

    /// <summary>Its text. Everything but the amphora stays as it was written: agents compare documents of the same generation.</summary>
    public byte[] TextFor(Guid? amphoraId)
    {
        if (amphoraId is not { } id || id == _document.AmphoraId)
        {
            return _text;
        }

        var root = JsonNode.Parse(_text)!;
        root["amphora_id"] = id.ToString("D");
        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static IEnumerable<Fault> ReadFiles(DesiredStateDocument document, Func<string, byte[]?> findFile, Dictionary<string, byte[]> files)
    {
        for (var i = 0; i < document.TlsFiles.Count; i++)
        {
            var file = document.TlsFiles[i];
            if (findFile(file.File) is not { } content)
            {
                continue;
            }

            var digest = Convert.ToHexStringLower(SHA256.HashData(content));
            if (!digest.Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
            {
                yield return new Fault($"/tls_files/{i}/sha256", "V5", $"{file.File} has the digest {digest}, the document says {file.Sha256}");
            }

            files[file.File] = content;
        }
    }
}
