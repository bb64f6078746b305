// The processes of one load balancer: the one that serves, and those that a reload has replaced and that still end connections.
using System.Globalization;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Haproxy.Traffic;

/// <summary>Stays connected to each process as long as it counts. A replaced process takes no new question, but goes on answering on the
/// connections it has: what its last connections transfer is read there, which else nobody would ever learn.</summary>
internal sealed class TrafficWatch(HaproxyPaths paths, TimeSpan limit) : IDisposable
{
    // Each reload may leave one behind while long connections last; HAProxy itself has no limit.
    private const int MostLeaving = 16;

    private readonly List<HaproxyConversation> _leaving = [];
    private HaproxyConversation? _current;

    /// <summary>What all processes have counted.</summary>
    /// <param name="withMembers">False leaves members out.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<Outcome<LoadBalancerTraffic>> ReadAsync(bool withMembers, CancellationToken cancellationToken)
    {
        if (!PidFile.NamesAProcess(paths.PidFile))
        {
            Dispose();
            return new Failure("read traffic", $"cannot read the traffic of load balancer {paths.LoadBalancerId}: no HAProxy runs");
        }

        await PartAsync(cancellationToken);
        var failure = await ConnectAsync(cancellationToken);
        var traffic = failure ?? await AskAsync(_current!, withMembers, cancellationToken);
        if (!traffic.Ok)
        {
            // Whatever is still to come on this connection would answer another question.
            Drop(ref _current);
            return traffic.Failure!;
        }

        return new LoadBalancerTraffic(paths.LoadBalancerId, Name(_current!.Worker), traffic.Value, await ReadLeavingAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Drop(ref _current);
        _leaving.ForEach(static conversation => conversation.Dispose());
        _leaving.Clear();
    }

    // A process that was told to finish is kept for its last figures, and another one looked for.
    private async Task PartAsync(CancellationToken cancellationToken)
    {
        if (_current is null)
        {
            return;
        }

        if (await _current.RefreshAsync(cancellationToken) is not null)
        {
            Drop(ref _current);
        }
        else if (_current.Worker.Stopping)
        {
            _leaving.Add(_current);
            _current = null;
            if (_leaving.Count > MostLeaving)
            {
                _leaving[0].Dispose();
                _leaving.RemoveAt(0);
            }
        }
    }

    private async Task<Failure?> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_current is not null)
        {
            return null;
        }

        var opened = await HaproxyConversation.OpenAsync(paths.Socket, limit, cancellationToken);
        _current = opened.Ok ? opened.Value : null;
        return opened.Failure;
    }

    private async Task<ValueList<LeavingTraffic>> ReadLeavingAsync(CancellationToken cancellationToken)
    {
        var found = new List<LeavingTraffic>();
        foreach (var conversation in _leaving.ToArray())
        {
            var traffic = await AskAsync(conversation, withMembers: false, cancellationToken);
            if (traffic.Ok)
            {
                found.Add(new LeavingTraffic(Name(conversation.Worker), traffic.Value.Listeners));
            }

            // Our connection is one of those it waits for: with no other left it may go.
            if (!traffic.Ok || !traffic.Value.Listeners.Exists(static listener => listener.Connections > 0))
            {
                conversation.Dispose();
                _leaving.Remove(conversation);
            }
        }

        return found.ToValueList();
    }

    // Types 1 + 2 + 4: frontends, backends, servers.
    private async Task<Outcome<HaproxyTraffic>> AskAsync(HaproxyConversation conversation, bool withMembers, CancellationToken cancellationToken)
    {
        var answer = await conversation.AskAsync(withMembers ? "show stat -1 7 -1" : "show stat -1 3 -1", cancellationToken);
        return answer.Ok ? HaproxyTraffic.Parse(answer.Value.Span, withMembers ? SlotNames.Load(paths.SlotNames) : SlotNames.None) : answer.Failure!;
    }

    // A process id is given out again; with the time of its start it is one process.
    private static string Name(HaproxyWorker worker) =>
        string.Create(CultureInfo.InvariantCulture, $"{worker.Pid}@{ProcessStatus.StartTime(worker.Pid) ?? 0}");

    private static void Drop(ref HaproxyConversation? conversation)
    {
        conversation?.Dispose();
        conversation = null;
    }
}

/// <summary>Traffic of a load balancer.</summary>
/// <param name="LoadBalancerId">The load balancer.</param>
/// <param name="Worker">Names the process that serves.</param>
/// <param name="Current">What that process says.</param>
/// <param name="Leaving">Processes that were replaced.</param>
internal sealed record LoadBalancerTraffic(string LoadBalancerId, string Worker, HaproxyTraffic Current, ValueList<LeavingTraffic> Leaving);

/// <summary>A process that only ends its connections.</summary>
/// <param name="Worker">Names it.</param>
/// <param name="Listeners">What it has counted.</param>
internal sealed record LeavingTraffic(string Worker, ValueList<ListenerTraffic> Listeners);
