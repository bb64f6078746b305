// Endpoints 5 and 6: haproxy.cfg of a load balancer.
using System.Text;
using Amphora.Agent.Apply;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Contract;
using Amphora.Templates.Rendering;

namespace Amphora.Agent.OctaviaApi;

/// <summary>PUT /1.0/loadbalancer/{amphora}/{load balancer}/haproxy and GET /1.0/loadbalancer/{load balancer}/haproxy (agent-api §4).</summary>
internal static class HaproxyConfigurationEndpoints
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The routes.</summary>
    public static void MapHaproxyConfiguration(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/1.0/loadbalancer/{amphora:id}/{loadBalancer:id}/haproxy", Put);
        routes.MapMethods("/1.0/loadbalancer/{loadBalancer:id}/haproxy", OctaviaApiSlice.Reads, Get);
    }

    private static Task<IResult> Put(
        string amphora, string loadBalancer, HttpRequest request, Writes writes, ApiBoundary boundary, UploadedHaproxy haproxy, CancellationToken cancellationToken) =>
        writes.RunAsync(
            request,
            (body, stopping) => boundary.CheckLoadBalancer(loadBalancer) is { } conflict
                ? Task.FromResult(Answers.Conflict(conflict))
                : StoreAsync(amphora, loadBalancer, body, request.HttpContext.Response, haproxy, stopping),
            cancellationToken);

    private static async Task<IResult> StoreAsync(
        string amphora, string loadBalancer, byte[] body, HttpResponse response, UploadedHaproxy haproxy, CancellationToken stopping)
    {
        if (Decode(body) is not { } text)
        {
            return Answers.Error(StatusCodes.Status500InternalServerError, "the body is not UTF-8");
        }

        var wanted = new HaproxyWanted { LoadBalancerId = loadBalancer, Config = HaproxyText.WithoutGroup(text), LocalPeer = PeerName.Of(amphora) };
        if (await haproxy.StoreAsync(wanted, stopping) is { } failure)
        {
            return failure.Kind == FailureKind.Refused
                ? Answers.Message(StatusCodes.Status400BadRequest, "Invalid request", failure.Output)
                : Answers.Failed("Error storing the haproxy configuration", failure);
        }

        if (await haproxy.InstallAsync(wanted) is { } notEnabled)
        {
            // Upstream's words; it is haproxy's service all the same.
            return Answers.Failed("Error enabling octavia-keepalived service", notEnabled);
        }

        response.Headers.ETag = Answers.Digest(body);
        return Answers.Ok(StatusCodes.Status202Accepted);
    }

    private static IResult Get(string loadBalancer, HttpResponse response, UploadedHaproxy haproxy)
    {
        if (haproxy.Read(loadBalancer) is not { } content)
        {
            return NotFound(loadBalancer);
        }

        response.Headers.ETag = Answers.Digest(content);
        return Answers.Text(content);
    }

    /// <summary>404 of a load balancer nobody uploaded.</summary>
    public static IResult NotFound(string loadBalancer) =>
        Answers.Message(StatusCodes.Status404NotFound, "Loadbalancer Not Found", $"No loadbalancer with UUID: {loadBalancer}");

    private static string? Decode(byte[] body)
    {
        try
        {
            return Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
