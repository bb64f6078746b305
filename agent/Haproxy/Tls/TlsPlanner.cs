// From the files HAProxy has to those it shall have. Pure.
using System.Globalization;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>What can be done to a seat while HAProxy runs.</summary>
internal enum TlsAction
{
    /// <summary>It gets other content.</summary>
    Set,

    /// <summary>It is new at the end of a crt-list.</summary>
    Add,

    /// <summary>It leaves a crt-list.</summary>
    Remove,
}

/// <summary>One step.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Seat">To which seat.</param>
/// <param name="List">crt-list it enters or leaves; null: none.</param>
internal sealed record TlsStep(TlsAction Action, TlsSeat Seat, string? List);

/// <summary>What is to be done.</summary>
/// <param name="Steps">In order: at no moment a certificate is missing that was there before and shall be there afterwards.</param>
/// <param name="Changes">What is different, a line for people each.</param>
/// <param name="Reasons">Why it cannot be done while HAProxy runs; empty: it can.</param>
internal sealed record TlsPlan(ValueList<TlsStep> Steps, ValueList<string> Changes, ValueList<string> Reasons);

/// <summary>Compares two sets of files.</summary>
internal static class TlsPlanner
{
    /// <summary>A command with its content has to fit into one buffer of HAProxy's (<c>tune.bufsize</c>, manual 3.2), which has 16 KiB where nobody says otherwise.</summary>
    public const int MostBytes = 15 * 1024;

    /// <summary>The plan.</summary>
    /// <param name="loaded">What the process has read or been given; null: nobody knows.</param>
    /// <param name="wanted">What it shall have.</param>
    /// <param name="strayed">What the process says it has, where that is something else; by name.</param>
    public static TlsPlan Plan(TlsFiles? loaded, TlsFiles wanted, ValueList<TlsDifference> strayed)
    {
        if (loaded is null)
        {
            ValueList<string> reason = ["which certificates HAProxy has read is not known"];
            return new TlsPlan([], reason, reason);
        }

        var build = new Build(loaded, wanted, strayed.Select(static difference => difference.Name).ToHashSet(StringComparer.Ordinal));
        foreach (var seat in wanted.Seats.Where(seat => !wanted.Lists.Any(list => list.Entries.Exists(entry => entry.Seat == seat.Name))))
        {
            build.Seat(seat);
        }

        foreach (var list in wanted.Lists)
        {
            build.List(list);
        }

        return build.Plan(strayed);
    }

    private sealed class Build(TlsFiles loaded, TlsFiles wanted, HashSet<string> strayed)
    {
        private readonly List<TlsStep> _steps = [];
        private readonly List<string> _changes = [];
        private readonly List<string> _reasons = [];

        public TlsPlan Plan(ValueList<TlsDifference> differences)
        {
            // Without a change of a file somebody else changed it.
            var changes = _changes.Count > 0 ? _changes.ToValueList() : differences.ConvertAll(static difference => difference.ToString());
            return new TlsPlan(_reasons.Count == 0 ? _steps.ToValueList() : [], changes, _reasons.ToValueList());
        }

        public void Seat(TlsSeat seat)
        {
            if (loaded.Find(seat.Name) is not { } old)
            {
                Refuse($"{seat.Name} is new");
            }
            else if (IsOther(old, seat))
            {
                Set(old, seat);
                if (seat.Kind != TlsKind.Certificate)
                {
                    // Seen with 2.6.12: `commit ssl ca-file` and `commit ssl crl-file` leave the listener's certificates without their users, the next
                    // `commit ssl cert` succeeds and is not served, and the next one of an authority ends the process.
                    _reasons.Add($"HAProxy takes no other {(seat.Kind == TlsKind.Authority ? "authorities" : "revocations")} while it runs without losing certificates");
                }
            }
        }

        public void List(TlsList list)
        {
            var old = loaded.FindList(list.Name) ?? new TlsList(list.Name, []);
            var common = Math.Min(old.Entries.Count, list.Entries.Count);
            var others = Enumerable.Range(0, common).Where(i => IsOther(loaded.Find(old.Entries[i].Seat)!, wanted.Find(list.Entries[i].Seat)!)).ToList();
            if (Obstacle(old, list, common) is { } reason)
            {
                Refuse(reason);
            }
            else if (Order(old, list, others) is { } order)
            {
                Steps(old, list, common, order);
            }
            else
            {
                Refuse($"certificates of crt-list {list.Name} change places");
            }
        }

        private string? Obstacle(TlsList old, TlsList list, int common)
        {
            // Somebody took an entry away, or added one: only a new process has them in the order of the text.
            if (strayed.Contains(list.Name))
            {
                return $"crt-list {list.Name} is not as it was put there";
            }

            // The first certificate of a list cannot come or go.
            if (common == 0 && old.Entries.Count + list.Entries.Count > 0)
            {
                return $"crt-list {list.Name} {(old.Entries.Count == 0 ? "gets its first certificate" : "loses its last certificate")}";
            }

            for (var i = 0; i < list.Entries.Count; i++)
            {
                if (list.Entries[i].Rest != (i < common ? old.Entries[i].Rest : ""))
                {
                    return $"crt-list {list.Name} has other words behind {Path.GetFileName(wanted.Find(list.Entries[i].Seat)!.Source)}";
                }
            }

            return null;
        }

        private void Steps(TlsList old, TlsList list, int common, List<int> order)
        {
            foreach (var entry in list.Entries.Skip(common))
            {
                Take(TlsAction.Add, wanted.Find(entry.Seat)!, list.Name);
            }

            foreach (var i in order)
            {
                Set(loaded.Find(old.Entries[i].Seat)!, wanted.Find(list.Entries[i].Seat)!);
            }

            foreach (var entry in old.Entries.Skip(common))
            {
                Take(TlsAction.Remove, loaded.Find(entry.Seat)!, list.Name);
            }
        }

        private bool IsOther(TlsSeat old, TlsSeat seat) => old.Digest != seat.Digest || strayed.Contains(seat.Name);

        // In one direction or the other, so that no certificate is overwritten that is not in its new place already.
        private List<int>? Order(TlsList old, TlsList list, List<int> others) =>
            new[] { others, [.. Enumerable.Reverse(others)] }.FirstOrDefault(order => KeepsAll(old, list, order));

        private bool KeepsAll(TlsList old, TlsList list, List<int> order)
        {
            List<string> now = [.. old.Entries.Select(entry => loaded.Find(entry.Seat)!.Digest)];
            List<string> then = [.. list.Entries.Select(entry => wanted.Find(entry.Seat)!.Digest)];
            var stay = now.Intersect(then).ToList();
            now.AddRange(then.Skip(now.Count));
            return order.TrueForAll(i =>
            {
                now[i] = then[i];
                return stay.TrueForAll(now.Contains);
            });
        }

        private void Set(TlsSeat old, TlsSeat seat)
        {
            _changes.Add(old.Digest == seat.Digest ? $"{seat.Name} gets {Path.GetFileName(seat.Source)} again"
                : old.Source == seat.Source ? $"{seat.Name}: {Path.GetFileName(seat.Source)} has other content"
                : $"{seat.Name}: {Path.GetFileName(seat.Source)} takes the place of {Path.GetFileName(old.Source)}");
            Step(TlsAction.Set, seat, list: null);
        }

        private void Take(TlsAction action, TlsSeat seat, string list)
        {
            _changes.Add($"{Path.GetFileName(seat.Source)} {(action == TlsAction.Add ? "joins" : "leaves")} {list}");
            Step(action, seat, list);
        }

        private void Step(TlsAction action, TlsSeat seat, string? list)
        {
            if (action != TlsAction.Remove && seat.Digest == TlsSeat.Missing)
            {
                _reasons.Add($"{seat.Source} is not there");
            }
            else if (action != TlsAction.Remove && seat.Bytes > MostBytes)
            {
                _reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(seat.Source)} has {seat.Bytes} bytes, and HAProxy takes {MostBytes} while it runs"));
            }

            _steps.Add(new TlsStep(action, seat, list));
        }

        private void Refuse(string reason)
        {
            _changes.Add(reason);
            _reasons.Add(reason);
        }
    }
}
