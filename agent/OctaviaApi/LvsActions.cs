// What the actions of API 1.0 mean for a UDP or SCTP listener, and how they are answered.
using System.Text;
using Amphora.Agent.Apply;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Keepalived.Uploaded;
using Amphora.Agent.Network;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Runs inside the write queue. A reload is a restart: that is how LVS takes over a configuration (agent-api §4).</summary>
internal sealed class LvsActions(OctaviaApiOptions options, ApiBoundary boundary, UploadedKeepalived keepalived, NetworkApplier network)
{
    /// <summary>Start, stop or restart. Starting what runs, stopping what does not and restarting what does not succeed.</summary>
    public async Task<IResult> RunAsync(string listener, ServiceAction action, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        if (boundary.CheckLvs(listener) is { } conflict)
        {
            return Answers.Conflict(conflict);
        }

        var (word, done) = action switch
        {
            ServiceAction.Start => ("start", "started"),
            ServiceAction.Stop => ("stop", "stoped"),
            _ => ("restart", "restarted"),
        };
        var failure = action == ServiceAction.Stop
            ? await keepalived.StopLvsAsync(listener)
            : await keepalived.RunLvsAsync(listener, action == ServiceAction.Start ? KeepalivedStep.Start : KeepalivedStep.Restart);
        if (failure is not null)
        {
            return Answers.Failed($"Failed to {word} keepalivedlvs listener {listener}", failure);
        }

        if (action != ServiceAction.Stop && options.Topology() != Topology.ActiveStandby && keepalived.ReadLvs(listener) is { } config)
        {
            await network.AnnounceAsync(LvsText.Vips(Encoding.UTF8.GetString(config)), CancellationToken.None);
        }

        return Answers.Ok(StatusCodes.Status202Accepted, $"keepalivedlvs listener {listener} {done}");
    }

    /// <summary>Stops the listener and removes everything of it.</summary>
    public async Task<IResult> DeleteAsync(string listener)
    {
        if (boundary.CheckLvs(listener) is { } conflict)
        {
            return Answers.Conflict(conflict);
        }

        if (await keepalived.StopLvsAsync(listener) is { } notStopped)
        {
            return Answers.Failed("Error stopping keepalivedlvs", notStopped);
        }

        return await keepalived.RemoveLvsAsync(listener) is { } notDisabled
            ? Answers.Failed($"Error disabling octavia-keepalivedlvs-{listener} service", notDisabled)
            : Answers.Ok(StatusCodes.Status200OK);
    }
}
