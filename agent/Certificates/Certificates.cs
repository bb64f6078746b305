// Front door of the certificate files of load balancers.
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Certificates;

/// <summary>Registers store and archive; maps the read.</summary>
internal static class CertificatesSlice
{
    /// <summary>Where the files are kept.</summary>
    public static IServiceCollection AddCertificates(this IServiceCollection services, CertificateOptions options) =>
        services.AddSingleton(options).AddSingleton<CertificateStore>().AddSingleton<CertificateArchive>();

    /// <summary>GET of one file: digest and size, never the content.</summary>
    public static void MapCertificates(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/2.0/load-balancers/{id}/certificates/{file}", Read);

    private static IResult Read(string id, string file, CertificateStore store)
    {
        if (CertificateName.Check(id, file) is { } fault)
        {
            return Problems.Of([fault]);
        }

        return store.Find(id, file) is { } found
            ? TypedResults.Json(found, ContractJson.Default.CertificateFile)
            : Problems.Of(new Failure("read certificate", $"load balancer {id} has no certificate file {file}") { Kind = FailureKind.NotFound });
    }
}

/// <summary>Options of the slice.</summary>
/// <param name="BaseCertDir">[haproxy_amphora] base_cert_dir.</param>
internal sealed record CertificateOptions(string BaseCertDir);
