// The columns of `show stat` a heartbeat is made of, read without a string for each of the other eighty (heartbeat.md §4).
using Amphora.Agent.Haproxy.Slots;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Traffic;

/// <summary>Listeners, pools and members of one process.</summary>
/// <param name="Listeners">Frontends.</param>
/// <param name="Pools">Backends, with their members when they were asked for.</param>
internal sealed record HaproxyTraffic(ValueList<ListenerTraffic> Listeners, ValueList<PoolTraffic> Pools)
{
    private static readonly byte[] s_head = "# pxname,svname,"u8.ToArray();

    /// <summary>Reads the CSV text. What names the prometheus endpoint is left out (config-rendering M1–M3).</summary>
    /// <param name="csv">The answer.</param>
    /// <param name="names">Servers that are another member than their name says; those that are nobody's are left out.</param>
    public static Outcome<HaproxyTraffic> Parse(ReadOnlySpan<byte> csv, SlotNames names)
    {
        if (!csv.StartsWith(s_head) || TrafficColumns.Find(TakeLine(ref csv)[2..]) is not { } columns)
        {
            return Unreadable("the answer has no header with the columns of traffic");
        }

        var (listeners, pools, members) = (new List<ListenerTraffic>(), new List<PoolTraffic>(), new List<MemberTraffic>());
        Span<Range> cells = stackalloc Range[columns.Highest + 2];
        while (TakeLine(ref csv) is var line && !line.IsEmpty)
        {
            if (!columns.Split(line, cells))
            {
                return Unreadable("a row is cut off");
            }

            var row = new TrafficRow(line, cells, columns);
            if (row.IsPool && row.IsMisnamed)
            {
                return Unreadable($"backend '{row.Name}' is not named <pool>:<listener>");
            }

            Add(row, names, listeners, pools, members);
        }

        return new HaproxyTraffic(listeners.ToValueList(), pools.ToValueList());
    }

    private static void Add(TrafficRow row, SlotNames names, List<ListenerTraffic> listeners, List<PoolTraffic> pools, List<MemberTraffic> members)
    {
        if (row.IsOfPrometheus)
        {
            return;
        }

        if (row.IsListener)
        {
            listeners.Add(row.Listener());
        }
        else if (!row.IsPool)
        {
            var member = row.Member();
            if (names.IsEmpty)
            {
                members.Add(member);
            }
            else if (names.MemberOf(row.Name, member.Id) is { } id)
            {
                members.Add(member with { Id = id });
            }
        }
        else
        {
            // The row of a backend comes behind those of its servers.
            pools.Add(row.Pool(members.ToValueList()));
            members.Clear();
        }
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line;
    }

    private static Failure Unreadable(string reason) => new("show stat", $"cannot read HAProxy's statistics: {reason}") { Tool = "haproxy" };
}

/// <summary>A frontend.</summary>
/// <param name="Id">pxname.</param>
/// <param name="Status">status.</param>
/// <param name="Connections">scur.</param>
/// <param name="Counters">bin, bout, ereq, stot.</param>
internal sealed record ListenerTraffic(string Id, string Status, long Connections, TrafficCounters Counters);

/// <summary>What a process has counted since it began.</summary>
/// <param name="BytesIn">bin: from clients.</param>
/// <param name="BytesOut">bout: to clients.</param>
/// <param name="RequestErrors">ereq.</param>
/// <param name="Connections">stot.</param>
internal sealed record TrafficCounters(long BytesIn, long BytesOut, long RequestErrors, long Connections)
{
    /// <summary>All 0.</summary>
    public static TrafficCounters Zero { get; } = new(0, 0, 0, 0);

    /// <summary>Both together.</summary>
    public static TrafficCounters operator +(TrafficCounters left, TrafficCounters right) => new(
        left.BytesIn + right.BytesIn, left.BytesOut + right.BytesOut, left.RequestErrors + right.RequestErrors, left.Connections + right.Connections);

    /// <summary>What was counted since <paramref name="earlier"/>; a counter that is smaller now began anew, and counts whole.</summary>
    public TrafficCounters Since(TrafficCounters earlier)
    {
        return new TrafficCounters(
            Delta(BytesIn, earlier.BytesIn),
            Delta(BytesOut, earlier.BytesOut),
            Delta(RequestErrors, earlier.RequestErrors),
            Delta(Connections, earlier.Connections));

        static long Delta(long now, long then) => now >= then ? now - then : now;
    }
}

/// <summary>A backend.</summary>
/// <param name="Key"><c>&lt;pool&gt;:&lt;listener&gt;</c>.</param>
/// <param name="Status">status.</param>
/// <param name="MembersUp">act and bck: how many members take connections.</param>
/// <param name="Weight">weight: of all of them together.</param>
/// <param name="Members">Its servers; empty when they were not asked for.</param>
internal sealed record PoolTraffic(string Key, string Status, long MembersUp, long Weight, ValueList<MemberTraffic> Members);

/// <summary>A server.</summary>
/// <param name="Id">svname.</param>
/// <param name="Status">As heartbeats say it: HAProxy's word, but <c>DRAIN</c> for one that is exactly <c>UP</c> with weight 0.</param>
internal sealed record MemberTraffic(string Id, string Status);
