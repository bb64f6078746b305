// GET /1.0/interface/{ip} and PUT /1.0/interface/{ip}/rules.
using System.Net;
using Amphora.Agent.Apply;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>agent-api §6, 14 and 15. Addresses are compared as addresses: every spelling of an IPv6 address finds it.</summary>
internal static class InterfaceEndpoints
{
    public static IResult Find(string ip, NetworkReader reader)
    {
        var (name, refusal) = LookUp(ip, reader);
        return refusal ?? TypedResults.Json(new InterfaceAnswer("OK", name!), OctaviaJson.Default.InterfaceAnswer);
    }

    public static async Task<IResult> PutRules(string ip, HttpRequest request, NetworkReader reader, VipFirewall firewall, WriteQueue queue, CancellationToken cancellationToken)
    {
        var (_, refusal) = LookUp(ip, reader);
        if (refusal is not null)
        {
            return refusal;
        }

        var (rules, invalid) = FirewallRulesReader.Read(await request.ReadJsonAsync(cancellationToken));
        if (rules is not { } permissions)
        {
            return invalid!;
        }

        var loaded = await queue.RunAsync<bool>(
            async _ => await LoadAsync(permissions, firewall) is { } failure ? (Outcome<bool>)failure : true, cancellationToken);
        return loaded.Failure is { } refused
            ? Answers.Error(StatusCodes.Status500InternalServerError, string.Join('\n', new[] { refused.Message, refused.Output }.OfType<string>().Distinct()))
            : Answers.Ok(StatusCodes.Status200OK);
    }

    // No rules: what is there is loaded again, as upstream does; a port that has no filter yet gets one that is shut.
    private static Task<Failure?> LoadAsync(ValueList<FirewallRule> rules, VipFirewall firewall) =>
        rules.Count == 0 ? firewall.EnsureAsync() : firewall.ApplyAsync(FirewallRenderer.Render(rules));

    private static (string? Name, IResult? Refusal) LookUp(string ip, NetworkReader reader) => !StrictIPAddress.TryParse(ip, out var address)
        ? (null, Answers.Message(StatusCodes.Status400BadRequest, "Invalid IP address"))
        : reader.InterfaceOf(address) is { } name
            ? (name, null)
            : (null, Answers.Message(StatusCodes.Status404NotFound, "Error interface not found for IP address"));
}

/// <summary>Answer of the look-up.</summary>
/// <param name="Message"><c>OK</c>.</param>
/// <param name="Interface">As <c>eth1</c>.</param>
internal sealed record InterfaceAnswer(string Message, string Interface);
