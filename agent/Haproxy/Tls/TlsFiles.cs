// Which certificate files HAProxy has, under which of its own names.
using System.Globalization;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>What a file is to HAProxy; each kind has commands of its own (management guide §9.3, <c>set ssl …</c>).</summary>
internal enum TlsKind
{
    /// <summary>A certificate with its key and chain.</summary>
    Certificate,

    /// <summary>Certificates of authorities.</summary>
    Authority,

    /// <summary>Revocation lists.</summary>
    Revocations,
}

/// <summary>A name that stays in the configuration while the file behind it changes: HAProxy can be given another content for a name, not another name.</summary>
/// <param name="Name">File name of the link in the load balancer's directory for them.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Source">The file.</param>
/// <param name="Digest">SHA-256 of its content, lower-case hex; <see cref="Missing"/>: there is none.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record TlsSeat(string Name, TlsKind Kind, string Source, string Digest, int Bytes)
{
    /// <summary>The digest of no file.</summary>
    public const string Missing = "-";
}

/// <summary>A line of a crt-list (manual, <c>crt-list</c>).</summary>
/// <param name="Seat">Name of the seat.</param>
/// <param name="Rest">What follows the file: options and server names; empty: nothing.</param>
internal sealed record TlsEntry(string Seat, string Rest);

/// <summary>A crt-list; the first entry is what a client gets whose server name nobody has.</summary>
/// <param name="Name">Its file name beside the seats.</param>
/// <param name="Entries">In order.</param>
internal sealed record TlsList(string Name, ValueList<TlsEntry> Entries);

/// <summary>The files of one configuration.</summary>
/// <param name="Seats">In the order of the configuration; those of a list in the list's order.</param>
/// <param name="Lists">In the order of the configuration.</param>
internal sealed record TlsFiles(ValueList<TlsSeat> Seats, ValueList<TlsList> Lists)
{
    private const string Seat = "seat", List = "list", Entry = "entry";

    /// <summary>No file.</summary>
    public static TlsFiles None { get; } = new([], []);

    /// <summary>A seat; null: there is none of the name.</summary>
    public TlsSeat? Find(string name) => Seats.FirstOrDefault(seat => seat.Name == name);

    /// <summary>A list; null: there is none of the name.</summary>
    public TlsList? FindList(string name) => Lists.FirstOrDefault(list => list.Name == name);

    /// <summary>As text, a line each; empty: no file.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        foreach (var seat in Seats)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Seat} {seat.Name} {seat.Kind} {seat.Digest} {seat.Bytes} {seat.Source}\n");
        }

        foreach (var list in Lists)
        {
            text.Append(CultureInfo.InvariantCulture, $"{List} {list.Name}\n");
            foreach (var entry in list.Entries)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Entry} {entry.Seat} {entry.Rest}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Reads <see cref="Write"/>'s text; null: it is another one, and what HAProxy has read is not known.</summary>
    public static TlsFiles? Parse(string text)
    {
        var seats = new List<TlsSeat>();
        var lists = new List<(string Name, List<TlsEntry> Entries)>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (line.Split(' ', 2))
            {
                case [Seat, var words] when ReadSeat(words) is { } seat:
                    seats.Add(seat);
                    break;
                case [List, var name]:
                    lists.Add((name, []));
                    break;
                case [Entry, var words] when lists.Count > 0 && words.Split(' ', 2) is [var seat, var rest]:
                    lists[^1].Entries.Add(new TlsEntry(seat, rest));
                    break;
                default:
                    return null;
            }
        }

        return new TlsFiles(seats.ToValueList(), [.. lists.Select(static list => new TlsList(list.Name, list.Entries.ToValueList()))]);
    }

    private static TlsSeat? ReadSeat(string words) =>
        words.Split(' ', 5) is [var name, var kind, var digest, var bytes, var source] && Enum.TryParse<TlsKind>(kind, out var known)
        && int.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new TlsSeat(name, known, source, digest, count)
            : null;
}
