// What of the old process's server state a new process may take over.
using System.Globalization;
using System.Net;
using System.Text;
using Amphora.Agent.Haproxy.Slots;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>Makes a file for <c>server-state-file</c> (G6) out of <c>show servers state</c>: how the members are, as far as checks found
/// it out, and nothing else. Seen with HAProxy 2.6.12: a row overrides a port, a weight and a place of checks that changed in the
/// configuration, and a server that was <c>disabled</c> and no longer is starts DOWN.</summary>
internal static class ServersState
{
    // Columns of version 1.
    private const int Backend = 1, Name = 3, Address = 4, Admin = 6, Weight = 7, InitialWeight = 8, Port = 18, CheckPort = 21, CheckAddress = 22, Columns = 25;
    private const int Maintenance = 0x01 | 0x02 | 0x20 | 0x40;

    /// <summary>Keeps the rows of members that stand at the same place in the new text, under the name they have there.</summary>
    /// <param name="state">The answer.</param>
    /// <param name="running">What the process that answered runs.</param>
    /// <param name="fresh">What the new process is given.</param>
    public static string Keep(string state, SlottedText running, SlottedText fresh)
    {
        var kept = new StringBuilder(state.Length);
        Span<Range> fields = stackalloc Range[Columns + 1];
        var (before, after) = (new Members(running, static slot => slot.Name), new Members(fresh, static slot => slot.MemberId!));
        var isVersion = true;
        foreach (var range in state.AsSpan().Split('\n'))
        {
            var line = state.AsSpan(range);
            if (isVersion || (!line.IsEmpty && line[0] == '#'))
            {
                kept.Append(line).Append('\n');
                isVersion = false;
            }
            else if (line.Split(fields, ' ') == Columns && Number(line[fields[Admin]]) is { } admin && (admin & Maintenance) == 0
                && before.Find(line[fields[Backend]], line[fields[Name]]) is { Use: SlotUse.Member } old
                && after.Find(line[fields[Backend]], old.MemberId) is { IsInMaintenance: false } slot
                && Number(line[fields[Port]]) == slot.Server.Port && IPAddress.TryParse(line[fields[Address]], out var address) && address.Equals(slot.Server.Address))
            {
                Write(line, fields, slot, kept);
            }
        }

        return kept.ToString();
    }

    private static void Write(ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, Slot slot, StringBuilder kept)
    {
        for (var i = 0; i < Columns; i++)
        {
            kept.Append(i == 0 ? "" : " ");
            _ = i switch
            {
                Name => kept.Append(slot.Name),
                Admin => kept.Append('0'),
                Weight or InitialWeight => kept.Append(slot.Weight),
                CheckPort => kept.Append(slot.CheckPort),
                CheckAddress => kept.Append(slot.CheckAddress?.ToString() ?? "-"),
                _ => kept.Append(line[fields[i]]),
            };
        }

        kept.Append('\n');
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The slots of a text by name or by member. The rows of a backend follow each other: its slots are looked up once.</summary>
    private sealed class Members(SlottedText text, Func<Slot, string> key)
    {
        private Dictionary<string, Slot>.AlternateLookup<ReadOnlySpan<char>> _slots = new Dictionary<string, Slot>().GetAlternateLookup<ReadOnlySpan<char>>();
        private string _backend = "";

        public Slot? Find(ReadOnlySpan<char> backend, ReadOnlySpan<char> name)
        {
            if (!backend.SequenceEqual(_backend))
            {
                _backend = backend.ToString();
                _slots = (text.Backend(_backend)?.Slots ?? []).Where(static slot => slot.Use == SlotUse.Member)
                    .DistinctBy(key).ToDictionary(key, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            }

            return _slots.TryGetValue(name, out var slot) ? slot : null;
        }
    }
}
