// The ports of an earlier generation: compared always, put back when asked.
using System.Text;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply.Rollback;

/// <summary>Ports belong to the whole amphora, and change by calls of their own: a rollback leaves them alone unless it is told.</summary>
internal sealed class PortsReturn(PortStore store, NetworkApplier network)
{
    /// <summary>What is different today, a line for people each. Pure.</summary>
    public static IEnumerable<string> Differences(ValueList<StoredPort> then, ValueList<StoredPort> now)
    {
        foreach (var port in then)
        {
            var today = now.FirstOrDefault(known => known.Mac == port.Mac);
            if (today != port)
            {
                yield return today is null ? $"port {port.Mac} was plugged then, as {port.Name}, and is not now" : $"port {port.Mac} is not as it was then";
            }
        }

        foreach (var port in now.Where(port => !then.Exists(known => known.Mac == port.Mac)))
        {
            yield return $"port {port.Mac} was not plugged then";
        }
    }

    /// <summary>Compares, and puts back what has a document when that is wanted.</summary>
    /// <param name="entry">The generation.</param>
    /// <param name="isWanted">True to put ports back.</param>
    /// <param name="progress">Is told what differs.</param>
    /// <param name="cancellationToken">Looked at until a port is changed.</param>
    public async Task<Failure?> RunAsync(HistoryEntry entry, bool isWanted, Progress progress, CancellationToken cancellationToken)
    {
        var now = store.ReadStored();
        progress.Differs(Differences(entry.Ports, now));
        foreach (var port in isWanted ? entry.Ports : [])
        {
            if (now.Exists(known => known == port) || port.Document is null || !MacText.TryParse(port.Mac, out var mac))
            {
                continue;
            }

            var (document, faults) = PortReader.Read(Encoding.UTF8.GetBytes(port.Document));
            var plugged = document is null
                ? new Failure("put port back", $"cannot put port {port.Mac} back: what was kept of it has faults: {faults[0].Message}")
                : await network.ApplyAsync(mac, document, cancellationToken);
            if (plugged.Failure is { } failure)
            {
                return failure;
            }

            progress.Took(plugged.Value.Actions);
        }

        return null;
    }
}
