// HAProxy of a load balancer of API 1.0: what it runs, and how it is made to run something else.
using System.Text;
using Amphora.Agent.Actions;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Agent.Network;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Apply.Uploaded;

/// <summary>Files and process of such a load balancer. Inside the write queue only.</summary>
internal sealed class UploadedProcess(HaproxyOptions options, UploadedHaproxy haproxy, NetworkApplier network, NetworkOptions networkOptions)
{
    /// <summary>True when exactly this is what is stored: nothing was uploaded since.</summary>
    public bool IsStored(string loadBalancerId, HistoryEntry entry) =>
        haproxy.Read(loadBalancerId) is { } content && CertificateStore.Digest(content) == entry.Digest;

    /// <summary>What is stored, as a generation; null when nothing is.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="peerName">Own peer name of one that another agent stored, which wrote none down.</param>
    public Outcome<NewGeneration?> Read(string loadBalancerId, string peerName) =>
        OperatingSystemFailure.Try($"read what load balancer {loadBalancerId} is to run", () => ReadStored(loadBalancerId, peerName));

    /// <summary>Starts what is stored, or makes a new process take over; then neighbours are told.</summary>
    /// <inheritdoc cref="UploadedHaproxy.StartAsync"/>
    /// <param name="loadBalancerId">One that exists.</param>
    /// <param name="peerName">As for <see cref="Read"/>.</param>
    /// <param name="isReload">False leaves a process that runs as it is, when nothing changed.</param>
    /// <param name="cancellationToken">Looked at until the process hears of it.</param>
    public async Task<HaproxyTurn> RunAsync(string loadBalancerId, string peerName, bool isReload, CancellationToken cancellationToken)
    {
        var turn = isReload
            ? await haproxy.ReloadAsync(loadBalancerId, peerName, cancellationToken)
            : await haproxy.StartAsync(loadBalancerId, peerName, cancellationToken);
        if (turn.Failure is null && networkOptions.Topology() != Topology.ActiveStandby && haproxy.Read(loadBalancerId) is { } config)
        {
            // Neighbours ask by themselves later: an announcement that did not leave is no failure.
            await network.AnnounceAsync(HaproxyText.Vips(Encoding.UTF8.GetString(config)), CancellationToken.None);
        }

        return turn;
    }

    /// <summary>Stores an earlier text and lets it run, unless the load balancer is stopped.</summary>
    public async Task<Failure?> PutBackAsync(string loadBalancerId, string text, string peerName, CancellationToken cancellationToken)
    {
        var wanted = new HaproxyWanted { LoadBalancerId = loadBalancerId, Config = text, LocalPeer = peerName };
        return await haproxy.StoreAgainAsync(wanted, cancellationToken)
            ?? (File.Exists(options.Paths(loadBalancerId).StopMarker) ? null : (await RunAsync(loadBalancerId, peerName, isReload: true, cancellationToken)).Failure);
    }

    private NewGeneration? ReadStored(string loadBalancerId, string peerName)
    {
        if (haproxy.Read(loadBalancerId) is not { } content)
        {
            return null;
        }

        var (paths, text) = (options.Paths(loadBalancerId), Encoding.UTF8.GetString(content));
        var all = Directory.Exists(paths.Certificates) ? Directory.GetFiles(paths.Certificates).Select(static path => Path.GetFileName(path)).ToList() : [];
        return new NewGeneration
        {
            ManagedBy = HistoryEntry.Api1,
            Content = content,
            LocalPeer = File.Exists(paths.LocalPeer) ? File.ReadAllText(paths.LocalPeer) : peerName,
            CertificateFiles = UploadedFiles.Find(text, paths.Certificates, all, name => all.Contains(name) ? File.ReadAllText(Path.Combine(paths.Certificates, name)) : null),
            Summary = HistorySummary.Of(text),
        };
    }
}
