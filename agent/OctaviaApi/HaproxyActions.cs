// What the actions of API 1.0 mean for a load balancer with a haproxy.cfg, and how they are answered.
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.Uploaded;
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Templates.Rendering;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Runs inside the write queue.</summary>
internal sealed class HaproxyActions(
    OctaviaApiOptions options, ApiBoundary boundary, UploadedCommit commit, UploadedHaproxy haproxy, CertificateStore certificates)
{
    /// <summary>Start, stop or reload. Starting what runs, stopping what does not and reloading what does not (it is started) succeed.</summary>
    public async Task<IResult> RunAsync(string loadBalancer, ServiceAction action, CancellationToken stopping)
    {
        if (boundary.CheckLoadBalancer(loadBalancer) is { } conflict)
        {
            return Answers.Conflict(conflict);
        }

        var peer = PeerName.Of(options.AmphoraId ?? "");
        var (step, failure) = action switch
        {
            ServiceAction.Stop => new HaproxyTurn(HaproxyStep.None, commit.EndWatch(loadBalancer) ?? await haproxy.StopAsync(loadBalancer)),
            _ => await commit.RunAsync(loadBalancer, peer, isReload: action == ServiceAction.Reload, stopping),
        };
        // agent-api §4: the reload of one that does not run is a start, and answered as one.
        var done = action == ServiceAction.Reload && step == HaproxyStep.Start ? ServiceAction.Start : action;
        if (failure is not null)
        {
            return Answers.Failed($"Error {Word(done)}ing haproxy", failure);
        }

        return Answers.Ok(StatusCodes.Status202Accepted, done switch
        {
            ServiceAction.Start => $"Configuration file is valid\nhaproxy daemon for {loadBalancer} started",
            ServiceAction.Stop => $"Listener {loadBalancer} stoped",
            _ => $"Listener {loadBalancer} reloaded",
        });
    }

    /// <summary>Stops the load balancer and removes everything of it.</summary>
    public async Task<IResult> DeleteAsync(string loadBalancer, CancellationToken stopping)
    {
        if (boundary.CheckLoadBalancer(loadBalancer) is { } conflict)
        {
            return Answers.Conflict(conflict);
        }

        var failure = commit.EndWatch(loadBalancer) ?? await haproxy.RemoveAsync(loadBalancer, stopping) ?? certificates.DeleteAll(loadBalancer);
        if (failure is null)
        {
            commit.Forget(loadBalancer);
        }

        return failure is null ? Answers.Ok(StatusCodes.Status200OK) : Answers.Failed("Error stopping haproxy", failure);
    }

    // As upstream spells it: starting, stoping, reloading.
    private static string Word(ServiceAction action) => action switch
    {
        ServiceAction.Start => "start",
        ServiceAction.Stop => "stop",
        _ => "reload",
    };
}
