// Ways to what the controller controls: agents over mutual TLS.
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.AmphoraAgent.Octavia;

namespace Amphora.Controller.Drivers;

/// <summary>Front door.</summary>
internal static class DriversSlice
{
    /// <summary>Asks several agents at the same time, each over a connection of its own; answers in their order.</summary>
    public static async Task<IReadOnlyList<AgentAnswer<T>>> AskAllAsync<T>(
        AgentGroup group, IProgress<AgentProgress>? progress, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken) =>
        await Task.WhenAll(group.Endpoints.Select(endpoint => AskAsync(group, endpoint, progress, ask, cancellationToken)));

    /// <summary>Asks them one after the other, until one says no: the others are not asked then, and have its kind of error.</summary>
    public static async Task<IReadOnlyList<AgentAnswer<T>>> AskInTurnAsync<T>(
        AgentGroup group, IProgress<AgentProgress>? progress, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        var answers = new List<AgentAnswer<T>>();
        var failed = (Agent: "", Kind: (AgentErrorKind?)null);
        foreach (var endpoint in group.Endpoints)
        {
            var answer = failed.Kind is { } kind
                ? new AgentError(kind, $"{endpoint.Name} was not asked, because of {failed.Agent}")
                : await AskAsync(group, endpoint, progress, ask, cancellationToken);
            failed = failed.Kind is null && answer.Error is { } error ? (endpoint.Name, error.Kind) : failed;
            answers.Add(answer);
        }

        return answers;
    }

    private static async Task<AgentAnswer<T>> AskAsync<T>(
        AgentGroup group, AgentEndpoint endpoint, IProgress<AgentProgress>? progress, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        using var connection = new AgentConnection(endpoint, group.Credentials, group.Timeouts, progress);
        var answer = await ask(new AgentClient(connection), cancellationToken);
        // A stock agent knows no such route, and has done nothing: the same is asked in the words it has.
        return answer.Error is { IsUnknownRoute: true } ? await ask(new OctaviaAgent(connection), cancellationToken) : answer;
    }
}

/// <summary>Agents that are asked the same.</summary>
/// <param name="Endpoints">Which.</param>
/// <param name="Credentials">What is shown to them and trusted.</param>
/// <param name="Timeouts">For each.</param>
internal sealed record AgentGroup(IReadOnlyList<AgentEndpoint> Endpoints, AgentCredentials Credentials, AgentTimeouts Timeouts) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Credentials.Dispose();
}
