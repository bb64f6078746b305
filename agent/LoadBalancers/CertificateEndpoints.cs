// PUT and DELETE of certificate files; the read is the Certificates slice's.
using Amphora.Agent.Apply;
using Amphora.Agent.Certificates;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.LoadBalancers;

/// <summary>/2.0/load-balancers/{id}/certificates/{file}, writing.</summary>
internal static class CertificateEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapCertificateWrites(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/2.0/load-balancers/{id}/certificates/{file}", Put);
        routes.MapDelete("/2.0/load-balancers/{id}/certificates/{file}", Delete);
    }

    private static async Task<IResult> Put(string id, string file, HttpRequest request, LoadBalancersOptions options, CertificateStore store, WriteQueue queue, GenerationStore generations, CancellationToken cancellationToken)
    {
        if (CertificateName.Check(id, file) is { } badName)
        {
            return Problems.Of([badName]);
        }

        var (body, refusal) = await request.ReadDocumentAsync(CertificateStore.MaxBytes, options.ReadTimeout, cancellationToken);
        if (body is null)
        {
            return refusal!;
        }

        if (PemContent.Check(body) is { } badContent)
        {
            return Problems.Of([badContent]);
        }

        var written = await queue.RunAsync(
            _ => Task.FromResult(InUse(generations, id, file, body) is { } conflict ? conflict : store.Write(id, file, body)), cancellationToken);
        return written.Failure is { } failure ? Problems.Of(failure) : TypedResults.Json(written.Value, ContractJson.Default.CertificateFile);
    }

    private static async Task<IResult> Delete(string id, string file, CertificateStore store, WriteQueue queue, GenerationStore generations, CancellationToken cancellationToken)
    {
        if (CertificateName.Check(id, file) is { } badName)
        {
            return Problems.Of([badName]);
        }

        var deleted = await queue.RunAsync<bool>(
            _ => Task.FromResult((InUse(generations, id, file, content: null) ?? store.Delete(id, file)) is { } failure ? (Outcome<bool>)failure : true), cancellationToken);
        return deleted.Failure is { } refused ? Problems.Of(refused) : TypedResults.NoContent();
    }

    // The generation in force counts on its files: HAProxy reads them again at the next reload. The same content is fine.
    private static Failure? InUse(GenerationStore generations, string id, string file, byte[]? content)
    {
        if (generations.Find(id)?.Document.TlsFiles.FirstOrDefault(tls => tls.File == file) is not { } used
            || (content is not null && CertificateStore.Digest(content) == used.Sha256))
        {
            return null;
        }

        return new Failure("change certificate", $"cannot {(content is null ? "delete" : "replace")} {file}: the document in force of load balancer {id} uses it; upload under another name and push a document that names that")
        {
            Kind = FailureKind.Conflict,
        };
    }
}
