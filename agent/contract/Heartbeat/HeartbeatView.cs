// A received heartbeat, flat: texts are ranges of the JSON text, everything lies in arrays that are used again.
namespace Amphora.Contract.Heartbeat;

/// <summary>What one datagram said. Belongs to its <see cref="HeartbeatDecoder"/>: the next datagram overwrites it.</summary>
public sealed class HeartbeatView
{
    private byte[] _json = [];

    /// <summary>id.</summary>
    public ReadOnlySpan<byte> AmphoraId => Text(IdRange);

    /// <summary>seq.</summary>
    public long Sequence { get; internal set; }

    /// <summary>True when the message says who sent it and when (<see cref="HeartbeatOrigin"/>); upstream's says nothing of it.</summary>
    public bool HasOrigin { get; internal set; }

    /// <summary>boot_id; empty without origin.</summary>
    public ReadOnlySpan<byte> BootId => Text(BootRange);

    /// <summary>started, milliseconds since 1970; 0 without origin.</summary>
    public long Started { get; internal set; }

    /// <summary>time, milliseconds since 1970; 0 without origin.</summary>
    public long Time { get; internal set; }

    /// <summary>Every listener.</summary>
    public ReadOnlySpan<ListenerEntry> Listeners => ListenerList.Items;

    /// <summary>Every pool.</summary>
    public ReadOnlySpan<PoolEntry> Pools => PoolList.Items;

    /// <summary>The members of all pools; a pool names its own by number.</summary>
    public ReadOnlySpan<MemberEntry> Members => MemberList.Items;

    /// <summary>The members of one pool.</summary>
    public ReadOnlySpan<MemberEntry> MembersOf(in PoolEntry pool) => MemberList.Items.Slice(pool.FirstMember, pool.MemberCount);

    internal TextRange IdRange { get; set; }

    internal TextRange BootRange { get; set; }

    internal EntryList<ListenerEntry> ListenerList { get; } = new();

    internal EntryList<PoolEntry> PoolList { get; } = new();

    internal EntryList<MemberEntry> MemberList { get; } = new();

    /// <summary>The characters of a range: printable ASCII.</summary>
    public ReadOnlySpan<byte> Text(TextRange range) => _json.AsSpan(range.Start, range.Length);

    internal void Clear(byte[] json)
    {
        _json = json;
        (IdRange, BootRange, HasOrigin) = (default, default, false);
        (Sequence, Started, Time) = (0, 0, 0);
        ListenerList.Clear();
        PoolList.Clear();
        MemberList.Clear();
    }
}

/// <summary>Where a text stands in the JSON text.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct TextRange(int Start, int Length);

/// <summary>Figures of a listener, named as on the wire.</summary>
/// <param name="Tx">Bytes to clients.</param>
/// <param name="Rx">Bytes from clients.</param>
/// <param name="Conns">Connections open now.</param>
/// <param name="Totconns">Connections.</param>
/// <param name="Ereq">Request errors.</param>
public readonly record struct StatsEntry(long Tx, long Rx, long Conns, long Totconns, long Ereq);

/// <summary>A listener.</summary>
/// <param name="Id">The listener.</param>
/// <param name="Status">HAProxy's word.</param>
/// <param name="Stats">Since the message before.</param>
/// <param name="HasTotal">True when <paramref name="Total"/> was there.</param>
/// <param name="Total">All that was ever counted.</param>
public readonly record struct ListenerEntry(TextRange Id, TextRange Status, StatsEntry Stats, bool HasTotal, StatsEntry Total);

/// <summary>A pool.</summary>
/// <param name="Key"><c>&lt;pool&gt;:&lt;listener&gt;</c> or <c>&lt;pool&gt;</c>.</param>
/// <param name="Status">UP or DOWN.</param>
/// <param name="FirstMember">Number of its first member.</param>
/// <param name="MemberCount">How many members.</param>
public readonly record struct PoolEntry(TextRange Key, TextRange Status, int FirstMember, int MemberCount);

/// <summary>A member.</summary>
/// <param name="Id">The member.</param>
/// <param name="Status">HAProxy's or upstream's word.</param>
public readonly record struct MemberEntry(TextRange Id, TextRange Status);

/// <summary>A list whose memory stays: <c>List&lt;T&gt;</c> with its items as a span.</summary>
internal sealed class EntryList<T>
    where T : struct
{
    private T[] _items = new T[16];

    /// <summary>What was added since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(in T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, 2 * Count);
        }

        _items[Count++] = item;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Count = 0;
}
