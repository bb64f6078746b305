// GET /1.0/interface/{ip} and PUT /1.0/interface/{ip}/rules.
using System.Net;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi.Ports;

/// <summary>agent-api §6, 14 and 15. Addresses are compared as addresses: every spelling of an IPv6 address finds it.</summary>
internal static class InterfaceEndpoints
{
    public static IResult Find(string ip, NetworkReader reader)
    {
        var (name, refusal) = LookUp(ip, reader);
        return refusal ?? Answers.Json(new InterfaceAnswer("OK", name!), OctaviaJson.Default.InterfaceAnswer);
    }

    public static async Task<IResult> PutRules(
        string ip, HttpRequest request, OctaviaApiOptions options, Writes writes, NetworkReader reader, VipFirewall firewall, CancellationToken cancellationToken)
    {
        var (_, unknown) = LookUp(ip, reader);
        if (unknown is not null)
        {
            return unknown;
        }

        var (rules, refusal) = FirewallRulesReader.Read(await request.ReadJsonAsync(options, cancellationToken));
        return rules is { } permissions ? await writes.RunAsync(_ => AnswerAsync(permissions, firewall), cancellationToken) : refusal!;
    }

    private static async Task<IResult> AnswerAsync(ValueList<FirewallRule> rules, VipFirewall firewall) => await LoadAsync(rules, firewall) is { } failure
        ? Answers.Error(StatusCodes.Status500InternalServerError, string.Join('\n', new[] { failure.Message, failure.Output }.OfType<string>()))
        : Answers.Ok(StatusCodes.Status200OK);

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
