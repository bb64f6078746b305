// A push over API 2.0: certificates the agent does not have yet, then the document.
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>Brings one agent to the document; the agent does the rest.</summary>
internal static class DocumentPush
{
    /// <summary>Sends what is missing.</summary>
    public static async Task<AgentAnswer<LoadBalancerApplied>> SendAsync(AgentClient agent, LoadBalancerPush push, long? ifMatch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < push.TlsFiles.Count; i++)
        {
            if (await BringFileAsync(agent, push, i, cancellationToken) is { } error)
            {
                return error;
            }
        }

        return await agent.ApplyAsync(push.Id, push.TextFor(agent.Endpoint.AmphoraId), ifMatch, push.ConfirmWithin, cancellationToken);
    }

    private static async Task<AgentError?> BringFileAsync(AgentClient agent, LoadBalancerPush push, int index, CancellationToken cancellationToken)
    {
        TlsFile file = push.TlsFiles[index];
        var found = await agent.FindCertificateAsync(push.Id, file.File, cancellationToken);
        if (found.Error is not null || found.Value?.Sha256 == file.Sha256)
        {
            return found.Error;
        }

        return push.FindFile(file.File) is { } content
            ? (await agent.PutCertificateAsync(push.Id, file.File, content, cancellationToken)).Error
            : push.MissingFile(agent.Endpoint, index, found.Value is null ? "does not have it" : $"has another one (sha256 {found.Value.Sha256})");
    }
}
