// Whether a wanted configuration can be had by changing the slots of the running one. Pure.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>Compares two texts: all lines that are not servers' have to be the same, and each member needs a slot.</summary>
internal static class SlotPlanner
{
    /// <summary>The plan.</summary>
    /// <param name="running">What HAProxy runs.</param>
    /// <param name="fresh">What a new process would be given.</param>
    /// <param name="busy">Slots somebody left whose connections still last, as <c>backend/server</c>.</param>
    public static SlotPlan Plan(SlottedText running, SlottedText fresh, ValueList<string> busy)
    {
        var reasons = new List<string>();
        var changes = new List<string>();
        if (running.FindDifference(fresh) is { } difference)
        {
            reasons.Add(difference);
            return new SlotPlan(null, [difference], reasons.ToValueList());
        }

        var text = running.WithLinesOf(fresh);
        foreach (var wanted in fresh.Backends)
        {
            var here = running.Backend(wanted.Name)!;
            if (!here.Slots.Equals(wanted.Slots))
            {
                var slots = new Seats(here, busy, changes, reasons).Seat(wanted);
                text = text.With(here with { Slots = slots });
            }
        }

        return new SlotPlan(reasons.Count == 0 ? text : null, changes.ToValueList(), reasons.ToValueList());
    }

    /// <summary>What a process that is replaced shall be like until it ends: members the new one has not are left. Null: all stay.</summary>
    /// <param name="running">What it runs.</param>
    /// <param name="fresh">What the new one runs.</param>
    public static SlottedText? Leaving(SlottedText running, SlottedText fresh)
    {
        var text = running;
        foreach (var backend in running.Backends)
        {
            var stay = (fresh.Backend(backend.Name)?.Slots ?? []).Where(static slot => slot.Use == SlotUse.Member).Select(static slot => slot.MemberId).ToHashSet();
            if (backend.Slots.Exists(slot => slot.Use == SlotUse.Member && !stay.Contains(slot.MemberId)))
            {
                text = text.With(backend with { Slots = backend.Slots.ConvertAll(slot => slot.Use == SlotUse.Member && !stay.Contains(slot.MemberId) ? slot.Leave() : slot) });
            }
        }

        return ReferenceEquals(text, running) ? null : text;
    }

    /// <summary>The slots of one backend while they are given to members.</summary>
    private sealed class Seats(SlottedBackend here, ValueList<string> busy, List<string> changes, List<string> reasons)
    {
        private readonly Slot[] _slots = [.. here.Slots];

        public ValueList<Slot> Seat(SlottedBackend wanted)
        {
            var at = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < _slots.Length; i++)
            {
                if (_slots[i].Use == SlotUse.Member)
                {
                    at[_slots[i].MemberId!] = i;
                }
            }

            var members = wanted.Slots.Where(static slot => slot.Use == SlotUse.Member).ToList();
            var stay = members.Select(static member => member.MemberId!).ToHashSet(StringComparer.Ordinal);
            if (stay.Count < members.Count)
            {
                reasons.Add($"backend {here.Name} names a server twice");
                return here.Slots;
            }

            // Seats that become empty now are not taken in the same turn: connections of those who leave still last.
            var spare = Enumerable.Range(0, _slots.Length).Where(index => _slots[index].Use != SlotUse.Member).ToList();
            foreach (var member in members)
            {
                if (at.TryGetValue(member.MemberId!, out var index))
                {
                    Change(index, member);
                }
                else
                {
                    Fill(spare, member);
                }
            }

            Leave(stay);
            return _slots.ToValueList();
        }

        private void Leave(HashSet<string> stay)
        {
            for (var i = 0; i < _slots.Length; i++)
            {
                if (_slots[i].Use == SlotUse.Member && !stay.Contains(_slots[i].MemberId!))
                {
                    changes.Add($"member {_slots[i].MemberId} leaves backend {here.Name}");
                    _slots[i] = _slots[i].Leave();
                }
            }
        }

        private void Change(int index, Slot member)
        {
            var slot = _slots[index];
            var next = slot.Take(member);
            if (next == slot)
            {
                return;
            }

            if (Refuse(slot, member) is { } reason)
            {
                changes.Add(reason);
                reasons.Add(reason);
            }
            else
            {
                changes.Add($"member {member.MemberId} of backend {here.Name} changes: {SlotWords.Difference(slot, next)}");
                _slots[index] = next;
            }
        }

        // A member that comes back takes its own seat again, as its connections are still known there.
        private void Fill(List<int> spare, Slot member)
        {
            var place = spare.FindIndex(index => _slots[index].MemberId == member.MemberId && Refuse(_slots[index], member) is null);
            place = place >= 0 ? place : spare.FindIndex(index => !busy.Exists(server => server == $"{here.Name}/{_slots[index].Name}") && Refuse(_slots[index], member) is null);
            var change = $"member {member.MemberId} joins backend {here.Name}";
            changes.Add(change);
            if (place < 0)
            {
                reasons.Add(here.CanHaveSpares
                    ? $"{change}, which has no free server like it"
                    : $"{change}, which cannot have free servers: {(here.HasCookie ? "it binds clients by cookie" : here.Slots.Count == 0 ? "it has no server" : $"balance {here.Balance}")}");
                return;
            }

            _slots[spare[place]] = _slots[spare[place]].Take(member);
            spare.RemoveAt(place);
        }

        // Why the line of the slot cannot become the member's; null: it can.
        private string? Refuse(Slot slot, Slot member) =>
            !slot.FixedOptions.Equals(member.FixedOptions)
                ? $"member {member.MemberId} of backend {here.Name} has other options that cannot be set while HAProxy runs: {SlotWords.Difference(slot, member)}"
            : !here.HasDynamicWeights && slot.Weight != member.Weight
                ? $"member {member.MemberId} of backend {here.Name} has another weight, which cannot be set while HAProxy runs with balance {here.Balance}"
            : null;
    }
}
