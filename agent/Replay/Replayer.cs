// Goes through a journal and makes its decisions again.
using Amphora.Agent.Haproxy.Recorded;
using Amphora.Agent.Journal.Reading;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;

namespace Amphora.Agent.Replay;

/// <summary>Compares. Nothing is kept but the texts and what differs.</summary>
internal static class Replayer
{
    /// <summary>Reads up to the end, or to the first line that is broken.</summary>
    public static async Task<ReplayReport> RunAsync(JournalReader journal, CancellationToken cancellationToken)
    {
        var texts = new TextBook();
        var different = new List<ReplayedPlan>();
        var plans = 0;
        await foreach (var record in journal.ReadAsync(cancellationToken))
        {
            if (record.Text is { } text)
            {
                texts.Add(text);
            }
            else if (record.Plan is { } plan)
            {
                plans++;
                var replayed = Replay(record, plan, texts);
                if (replayed.Unusable is not null || replayed.Differences.Count > 0)
                {
                    different.Add(replayed);
                }
            }
        }

        return new ReplayReport { Lines = journal.Count, Plans = plans, Same = plans - different.Count, Different = different, Broken = journal.Broken };
    }

    private static ReplayedPlan Replay(JournalRecord record, PlanRecord plan, TextBook texts)
    {
        var replayed = new ReplayedPlan { Seq = record.Seq, Time = record.Time, LoadBalancer = record.LoadBalancer };
        try
        {
            return replayed with { Differences = Differences(PlanReplay.Then(plan, texts), PlanReplay.Now(record.LoadBalancer ?? "", plan, texts)) };
        }
        catch (Exception exception) when (exception is MissingTextException or ArgumentException or FormatException or OverflowException)
        {
            // A record somebody wrote himself; the planner takes for granted what HAProxy and the agent write.
            return replayed with { Unusable = exception.Message };
        }
    }

    private static List<PlanDifference> Differences(PlanVerdict then, PlanVerdict now)
    {
        var differences = new List<PlanDifference>();
        Add("step", [then.Step], [now.Step]);
        Add("reasons", then.Reasons, now.Reasons);
        Add("changes", then.Changes, now.Changes);
        Add("commands", then.Commands, now.Commands);
        Add("text", [then.Text ?? "none"], [now.Text ?? "none"]);
        Add("write", then.Write, now.Write);
        return differences;

        void Add(string part, ValueList<string> recorded, ValueList<string> today)
        {
            if (recorded != today)
            {
                var (gone, added) = (recorded.Except(today).ToList(), today.Except(recorded).ToList());
                // The same lines in another order.
                differences.Add(gone.Count + added.Count > 0 ? new PlanDifference(part, gone, added) : new PlanDifference(part, recorded, today));
            }
        }
    }
}
