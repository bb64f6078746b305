// An upgrade of one agent: upload, then ask until the new agent is confirmed or the old one is back.
using System.Net;
using System.Security.Cryptography;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>A binary to be tried.</summary>
/// <param name="Content">The program.</param>
/// <param name="Signature">ECDSA P-256 over SHA-256, in DER.</param>
/// <param name="ConfirmWithin">How long the new agent has to prove itself.</param>
internal sealed record AgentBinary(byte[] Content, byte[] Signature, TimeSpan ConfirmWithin)
{
    /// <summary>Of the content, 64 hex digits.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));
}

/// <summary>Brings one agent to a binary; asking is also what proves the new agent.</summary>
internal static class BinaryUpgrade
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Uploads when that is needed, and waits for the end.</summary>
    public static async Task<AgentAnswer<AgentProgram>> RunAsync(AgentClient agent, AgentBinary binary, CancellationToken cancellationToken)
    {
        var now = await agent.GetProgramAsync(cancellationToken);
        if (now.Ok && !IsTried(now.Value, binary))
        {
            if (now.Value.Sha256 == binary.Sha256)
            {
                return now;
            }

            now = await UploadAsync(agent, binary, now.Value.Upgrade, cancellationToken);
        }

        while (now.Ok && now.Value.Upgrade is { State: UpgradeState.Trying })
        {
            await Task.Delay(Pause, cancellationToken);
            now = await agent.GetProgramAsync(cancellationToken);
        }

        return now.Ok && now.Value.Sha256 != binary.Sha256 ? RolledBack(agent.Endpoint, now.Value) : now;
    }

    private static bool IsTried(AgentProgram program, AgentBinary binary) =>
        program.Upgrade is { State: UpgradeState.Trying } upgrade && upgrade.Sha256 == binary.Sha256;

    // When an answer was lost the second attempt is told of the first: that one goes on then.
    private static async Task<AgentAnswer<AgentProgram>> UploadAsync(AgentClient agent, AgentBinary binary, AgentUpgrade? before, CancellationToken cancellationToken)
    {
        var answer = await agent.PutBinaryAsync(binary, cancellationToken);
        if (answer.Error is not { Status: (int)HttpStatusCode.Conflict })
        {
            return answer;
        }

        var now = await agent.GetProgramAsync(cancellationToken);
        return now.Ok && now.Value.Upgrade is { } upgrade && upgrade.Sha256 == binary.Sha256 && upgrade.Started != before?.Started ? now : answer;
    }

    private static AgentError RolledBack(AgentEndpoint agent, AgentProgram program) =>
        new(AgentErrorKind.Refused, $"{agent.Name} runs version {program.Version} again: {program.Upgrade?.Reason ?? "the upgrade is not known there"}")
        {
            Problem = program.Upgrade is not { Output: { Length: > 0 } output } ? null : new Problem
            {
                Type = "urn:amphora:problem:rolled-back",
                Title = "The new agent did not prove itself",
                Status = (int)HttpStatusCode.OK,
                Failure = new ProblemFailure { Step = "upgrade", Output = output },
            },
        };
}
