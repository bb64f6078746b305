// PUT, GET and DELETE of the desired state document, and the texts made from it.
using Amphora.Agent.Apply;
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.LoadBalancers;

/// <summary>/2.0/load-balancers.</summary>
internal static class DocumentEndpoints
{
    // What HAProxy runs: the text made for it, with what makes changes hitless.
    private const string Running = "haproxy-running";

    /// <summary>The routes.</summary>
    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/2.0/load-balancers", List);
        routes.MapGet("/2.0/load-balancers/{id}", Read);
        routes.MapPut("/2.0/load-balancers/{id}", Put);
        routes.MapDelete("/2.0/load-balancers/{id}", Delete);
        routes.MapGet("/2.0/load-balancers/{id}/config/{kind}", Config);
    }

    private static IResult List(GenerationStore generations) =>
        TypedResults.Json(new LoadBalancerList(generations.List()), ContractJson.Default.LoadBalancerList);

    private static IResult Read(string id, HttpResponse response, GenerationStore generations)
    {
        if (generations.Find(id) is not { } inForce)
        {
            return Problems.Of(NotFound(id));
        }

        response.Headers.ETag = EntityTag.Of(inForce.Document.Generation);
        return TypedResults.Bytes(DesiredStateWriter.Write(inForce.Document), "application/json");
    }

    private static async Task<IResult> Put(string id, HttpRequest request, LoadBalancersOptions options, WantedFactory factory, ApplyPipeline pipeline, CancellationToken cancellationToken)
    {
        if (!EntityTag.TryReadIfMatch(request, out var ifMatch))
        {
            return Problems.Of([BadIfMatch(request)]);
        }

        var confirmWithin = ChangeQuery.ReadConfirmWithin(request.Query["confirm_within"], out var badQuery);
        var isDryRun = ChangeQuery.ReadDryRun(request.Query["dry_run"], out var badDryRun);
        if ((badQuery ?? badDryRun) is { } bad)
        {
            return Problems.Of([bad]);
        }

        var (body, tooLarge) = await request.ReadDocumentAsync(DesiredStateDocument.MaxBytes, options.ReadTimeout, cancellationToken);
        if (body is null)
        {
            return tooLarge!;
        }

        var (document, faults) = factory.Read(id, body);
        return document is null ? Problems.Of(faults)
            : isDryRun ? await PlanAsync(document, ifMatch, factory, pipeline, cancellationToken)
            : await PutAsync(request, document, (ifMatch, confirmWithin), factory, pipeline, cancellationToken);
    }

    private static async Task<IResult> PlanAsync(DesiredStateDocument document, IfMatch ifMatch, WantedFactory factory, ApplyPipeline pipeline, CancellationToken cancellationToken)
    {
        var (wanted, faults) = await factory.MakeAsync(document, cancellationToken);
        if (wanted is null)
        {
            return Problems.Of(faults);
        }

        var plan = await pipeline.PlanAsync(wanted, ifMatch, cancellationToken);
        return plan.Failure is { } failure ? Problems.Of(failure) : TypedResults.Json(plan.Value, ContractJson.Default.LoadBalancerPlan);
    }

    // What is in force already is not rendered again.
    private static async Task<IResult> PutAsync(
        HttpRequest request, DesiredStateDocument document, (IfMatch IfMatch, TimeSpan? ConfirmWithin) terms, WantedFactory factory, ApplyPipeline pipeline, CancellationToken cancellationToken)
    {
        if (await pipeline.ConfirmAsync(document, terms.IfMatch, cancellationToken) is { } unchanged)
        {
            return Answer(request, unchanged);
        }

        var (wanted, faults) = await factory.MakeAsync(document, cancellationToken);
        return wanted is null
            ? Problems.Of(faults)
            : Answer(request, await pipeline.ApplyAsync(wanted, terms.IfMatch, terms.ConfirmWithin, cancellationToken));
    }

    private static async Task<IResult> Delete(string id, HttpRequest request, ApplyPipeline pipeline, CancellationToken cancellationToken)
    {
        if (!CertificateName.IsLoadBalancerId(id))
        {
            return Problems.Of(NotFound(id));
        }

        return EntityTag.TryReadIfMatch(request, out var ifMatch)
            ? Answer(request, await pipeline.DeleteAsync(id, ifMatch, cancellationToken))
            : Problems.Of([BadIfMatch(request)]);
    }

    private static IResult Config(string id, string kind, GenerationStore generations, HaproxyOptions haproxy) =>
        generations.Find(id) is not { } inForce ? Problems.Of(NotFound(id))
        : (kind == Running && inForce.Haproxy.Config is not null ? File.ReadAllText(haproxy.Paths(id).Config) : ConfigText(inForce, kind)) is { } text ? TypedResults.Text(text, "text/plain; charset=utf-8")
        : Problems.Of(new Failure("read configuration", $"load balancer {id} has no configuration \"{kind}\"; there are: {string.Join(", ", ConfigKinds(inForce))}") { Kind = FailureKind.NotFound });

    private static IResult Answer(HttpRequest request, Outcome<LoadBalancerApplied> outcome)
    {
        if (outcome.Failure is { } failure)
        {
            return Problems.Of(failure);
        }

        if (outcome.Value.Generation is { } generation)
        {
            request.HttpContext.Response.Headers.ETag = EntityTag.Of(generation);
        }

        return TypedResults.Json(outcome.Value, ContractJson.Default.LoadBalancerApplied);
    }

    private static string? ConfigText(Wanted wanted, string kind) => kind switch
    {
        "haproxy" => wanted.Haproxy.Config,
        "keepalived" => wanted.Keepalived.VrrpConfig,
        _ when kind.StartsWith("lvs-", StringComparison.Ordinal) => wanted.Keepalived.Lvs.FirstOrDefault(lvs => lvs.ListenerId == kind[4..])?.Text,
        _ when kind.StartsWith("crt-list-", StringComparison.Ordinal) => wanted.Haproxy.CrtLists.FirstOrDefault(list => list.ListenerId == kind[9..])?.Text,
        _ => null,
    };

    private static IEnumerable<string> ConfigKinds(Wanted wanted) =>
        new[] { wanted.Haproxy.Config is null ? null : "haproxy", wanted.Haproxy.Config is null ? null : Running, wanted.Keepalived.VrrpConfig is null ? null : "keepalived" }.OfType<string>()
            .Concat(wanted.Keepalived.Lvs.Select(static lvs => "lvs-" + lvs.ListenerId))
            .Concat(wanted.Haproxy.CrtLists.Select(static list => "crt-list-" + list.ListenerId));

    private static Failure NotFound(string id) =>
        new("find load balancer", $"there is no load balancer {id} on this amphora") { Kind = FailureKind.NotFound };

    private static Fault BadIfMatch(HttpRequest request) =>
        new("", "If-Match", $"the header If-Match is {request.Headers.IfMatch}; it has to be * or generations in quotes, as \"3\"");
}
