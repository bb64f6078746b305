// Which uploaded file stands for which key manager reference.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads one element of <c>tls_files</c>.</summary>
internal static class TlsFileReader
{
    internal static TlsFile? Read(JsonValue value, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            facts.TlsFilesKnown = false;
            return null;
        }

        var reference = json.Required("ref").Text(DocumentText.ContainerRef);
        var kind = json.Required("kind").Word(WireNames.TlsFileKinds);
        var file = json.Required("file").Text(DocumentText.CertificateFile);
        var sha256 = json.Required("sha256").Text(DocumentText.Sha256);
        json.Close();

        if (reference is not null && kind is { } known)
        {
            facts.TlsFiles.Add((reference, known));
        }
        else
        {
            facts.TlsFilesKnown = false;
        }

        return !json.Faults.None ? null : new TlsFile { Ref = reference!, Kind = kind!.Value, File = file!, Sha256 = sha256! };
    }
}
