// What a process says it has, against what it was given. Pure.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>A name behind which a process has something else than it was given.</summary>
/// <param name="Name">Of a seat or list.</param>
/// <param name="Words">What is different, for people.</param>
internal sealed record TlsDifference(string Name, string Words)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Words}";
}

/// <summary>Answers of a process.</summary>
/// <param name="Identities">What it has behind each seat, as <see cref="TlsIdentity"/> writes it.</param>
/// <param name="Lists">The entries of each crt-list, in order.</param>
internal sealed record TlsAnswers(IReadOnlyDictionary<string, string> Identities, IReadOnlyDictionary<string, ValueList<string>> Lists);

/// <summary>Compares; an empty answer is the proof.</summary>
internal static class TlsProof
{
    /// <summary>Every name that is not as it should be.</summary>
    /// <param name="files">What it was given.</param>
    /// <param name="identities">What that is, by seat; one that is not in it cannot be compared, as its file has other content by now.</param>
    /// <param name="answers">What the process says.</param>
    public static ValueList<TlsDifference> Compare(TlsFiles files, IReadOnlyDictionary<string, string> identities, TlsAnswers answers)
    {
        var found = new List<TlsDifference>();
        foreach (var list in files.Lists)
        {
            if (answers.Lists.GetValueOrDefault(list.Name) is var entries && !entries.Equals(list.Entries.ConvertAll(static entry => entry.Seat)))
            {
                found.Add(new TlsDifference(list.Name, $"HAProxy has {(entries.Count == 0 ? "nothing" : string.Join(' ', entries))}"));
            }
        }

        foreach (var seat in files.Seats)
        {
            if (identities.TryGetValue(seat.Name, out var meant) && answers.Identities.GetValueOrDefault(seat.Name, "") is var seen && seen != meant)
            {
                found.Add(new TlsDifference(seat.Name, $"HAProxy has {(seen.Length == 0 ? "nothing" : seen)}, shall have {meant} ({Path.GetFileName(seat.Source)})"));
            }
        }

        return found.ToValueList();
    }
}
