// GET /2.0/journal: both files, the older one first.
using Amphora.Agent.Http;
using Amphora.Contract;

namespace Amphora.Agent.Journal;

/// <summary>Reading only; nobody changes a journal.</summary>
internal static class JournalEndpoints
{
    private const string ContentType = "application/x-ndjson";

    /// <summary>The journal up to now, as it is on the disk.</summary>
    public static async Task<IResult> Read(AgentJournal journal, CancellationToken cancellationToken)
    {
        var opened = await journal.OpenAsync(cancellationToken);
        return opened.Failure is { } failure ? Problems.Of(failure) : TypedResults.Stream(body => CopyAsync(opened.Value, body, cancellationToken), ContentType);
    }

    private static async Task CopyAsync(ValueList<JournalSegment> segments, Stream body, CancellationToken cancellationToken)
    {
        var block = new byte[64 * 1024];
        foreach (var segment in segments)
        {
            await using var stream = segment.Stream;
            for (var left = segment.Bytes; left > 0;)
            {
                var count = await stream.ReadAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), cancellationToken);
                if (count == 0)
                {
                    return;
                }

                await body.WriteAsync(block.AsMemory(0, count), cancellationToken);
                left -= count;
            }
        }
    }
}
