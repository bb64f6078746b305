// One row of `show stat`: the cells that are looked at, and no other.
using System.Buffers.Text;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Traffic;

/// <summary>Where the columns stand.</summary>
internal sealed record TrafficColumns(int Proxy, int Server, int Status, int Weight, int Current)
{
    private static readonly string[] s_names = ["pxname", "svname", "status", "weight", "scur", "bin", "bout", "ereq", "stot", "act", "bck"];

    public int BytesIn { get; private init; }

    public int BytesOut { get; private init; }

    public int RequestErrors { get; private init; }

    public int Total { get; private init; }

    public int Active { get; private init; }

    public int Backup { get; private init; }

    /// <summary>The last one that is looked at.</summary>
    public int Highest { get; private init; }

    /// <summary>Finds them in the header; null when one is missing.</summary>
    public static TrafficColumns? Find(ReadOnlySpan<byte> header)
    {
        var names = Encoding.ASCII.GetString(header).Split(',');
        var at = Array.ConvertAll(s_names, name => Array.IndexOf(names, name));
        return Array.IndexOf(at, -1) >= 0 ? null : new TrafficColumns(at[0], at[1], at[2], at[3], at[4])
        {
            BytesIn = at[5],
            BytesOut = at[6],
            RequestErrors = at[7],
            Total = at[8],
            Active = at[9],
            Backup = at[10],
            Highest = at.Max(),
        };
    }

    /// <summary>Splits a row as far as it is needed; false when it ends before. Quoted cells (last_chk) stand behind all of them.</summary>
    public bool Split(ReadOnlySpan<byte> line, Span<Range> cells)
    {
        var start = 0;
        for (var column = 0; column <= Highest; column++)
        {
            var length = line[start..].IndexOf((byte)',');
            if (length < 0)
            {
                return false;
            }

            cells[column] = start..(start + length);
            start += length + 1;
        }

        return true;
    }
}

/// <summary>One row.</summary>
internal readonly ref struct TrafficRow(ReadOnlySpan<byte> line, ReadOnlySpan<Range> cells, TrafficColumns columns)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private readonly ReadOnlySpan<Range> _cells = cells;

    public bool IsOfPrometheus => Proxy.IndexOf("prometheus"u8) >= 0;

    public bool IsListener => Server.SequenceEqual("FRONTEND"u8);

    public bool IsPool => Server.SequenceEqual("BACKEND"u8);

    public bool IsMisnamed => !IsOfPrometheus && Proxy.Count((byte)':') != 1;

    public string Name => Text(Proxy);

    private ReadOnlySpan<byte> Proxy => _line[_cells[columns.Proxy]];

    private ReadOnlySpan<byte> Server => _line[_cells[columns.Server]];

    private ReadOnlySpan<byte> Status => _line[_cells[columns.Status]];

    public ListenerTraffic Listener() => new(Text(Proxy), Word(Status), Number(columns.Current), new TrafficCounters(
        Number(columns.BytesIn), Number(columns.BytesOut), Number(columns.RequestErrors), Number(columns.Total)));

    public PoolTraffic Pool(ValueList<MemberTraffic> members) =>
        new(Text(Proxy), Word(Status), Number(columns.Active) + Number(columns.Backup), Number(columns.Weight), members);

    public MemberTraffic Member() =>
        new(Text(Server), Status.SequenceEqual("UP"u8) && Number(columns.Weight) == 0 ? "DRAIN" : Word(Status));

    private long Number(int column) => Utf8Parser.TryParse(_line[_cells[column]], out long number, out _) ? number : 0;

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    private static string Word(ReadOnlySpan<byte> word) => word.SequenceEqual("UP"u8) ? "UP"
        : word.SequenceEqual("OPEN"u8) ? "OPEN"
        : word.SequenceEqual("no check"u8) ? "no check"
        : word.SequenceEqual("DOWN"u8) ? "DOWN"
        : Text(word);
}
