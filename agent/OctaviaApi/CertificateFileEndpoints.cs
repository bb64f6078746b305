// Endpoint 9: certificate, CA, CRL and crt-list files of a load balancer, which need not exist yet.
using System.Text.RegularExpressions;
using Amphora.Agent.Apply;
using Amphora.Agent.Certificates;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>/1.0/loadbalancer/{load balancer}/certificates/{file} (agent-api §4). The content may be anything; nothing is reloaded.</summary>
internal static partial class CertificateFileEndpoints
{
    private const string Route = "/1.0/loadbalancer/{loadBalancer:id}/certificates/{file}";

    /// <summary>The routes.</summary>
    public static void MapCertificateFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(Route, Put);
        routes.MapMethods(Route, OctaviaApiSlice.Reads, Get);
        routes.MapDelete(Route, Delete);
    }

    private static Task<IResult> Put(
        string loadBalancer, string file, HttpRequest request, Writes writes, ApiBoundary boundary, CertificateStore store, CancellationToken cancellationToken) =>
        !IsFileName(file) ? Task.FromResult(WrongFormat()) : writes.RunAsync(
            request,
            (body, _) =>
            {
                if (Changed(boundary, loadBalancer, () => store.Write(loadBalancer, file, body).Failure) is { } refusal)
                {
                    return Task.FromResult(refusal);
                }

                request.HttpContext.Response.Headers.ETag = Answers.Digest(body);
                return Task.FromResult(Answers.Ok(StatusCodes.Status200OK));
            },
            cancellationToken);

    private static IResult Get(string loadBalancer, string file, HttpResponse response, CertificateStore store)
    {
        if (!IsFileName(file))
        {
            return WrongFormat();
        }

        if (store.Read(loadBalancer, file) is not { } content)
        {
            return Answers.Message(StatusCodes.Status404NotFound, "Certificate Not Found", $"No certificate with filename: {file}");
        }

        response.Headers.ETag = Answers.Digest(content);
        return Answers.Json(new CertificateDigest(Answers.Digest(content)), OctaviaJson.Default.CertificateDigest);
    }

    private static Task<IResult> Delete(
        string loadBalancer, string file, Writes writes, ApiBoundary boundary, CertificateStore store, CancellationToken cancellationToken) =>
        !IsFileName(file) ? Task.FromResult(WrongFormat()) : writes.RunAsync(
            _ => Task.FromResult(Changed(boundary, loadBalancer, () => store.Delete(loadBalancer, file)) ?? Answers.Ok(StatusCodes.Status200OK)),
            cancellationToken);

    // The answer that says why not, or null when it is done.
    private static IResult? Changed(ApiBoundary boundary, string loadBalancer, Func<Failure?> change) =>
        boundary.CheckLoadBalancer(loadBalancer) is { } conflict ? Answers.Conflict(conflict)
        : change() is { } failure ? Answers.Failed("Error changing the certificate file", failure)
        : null;

    /// <summary>Upstream's expression, found anywhere in the name; the path parameter itself cannot hold a slash.</summary>
    public static bool IsFileName(string file) => FileName().IsMatch(file) && !file.AsSpan().ContainsAny('/', '\0');

    private static IResult WrongFormat() => Answers.Message(StatusCodes.Status400BadRequest, "Filename has wrong format");

    [GeneratedRegex(@"(\w.)+pem")]
    private static partial Regex FileName();
}
