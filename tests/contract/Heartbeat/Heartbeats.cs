// Messages for tests, and what the decoder made of them as the records they were.
using System.Text;
using Amphora.Contract.Heartbeat;

namespace Amphora.Contract.Tests.Heartbeat;

internal static class Heartbeats
{
    public const string KeyText = "insecure";

    public static HeartbeatKey Key { get; } = new(KeyText);

    public static HeartbeatDecoder NewDecoder() => new(new HeartbeatKeys(Key, DerivedAccepted: false, MasterAccepted: true));

    /// <summary>A message of an amphora with random ids and figures.</summary>
    public static HeartbeatMessage Random(Random random, int listeners, int membersAPool, bool withOrigin) => new()
    {
        AmphoraId = Id(random),
        Sequence = random.NextInt64(long.MaxValue),
        Listeners = Enumerable.Range(0, listeners).Select(_ => new HeartbeatListener(
            Id(random), random.Next(2) == 0 ? "OPEN" : "FULL", Stats(random), withOrigin ? Stats(random) with { Connections = 0 } : null)).ToValueList(),
        Pools = Enumerable.Range(0, listeners).Select(_ => new HeartbeatPool(
            $"{Id(random)}:{Id(random)}", "UP", Enumerable.Range(0, membersAPool).Select(_ => new HeartbeatMember(Id(random), Status(random))).ToValueList())).ToValueList(),
        Origin = withOrigin ? new HeartbeatOrigin(Id(random), random.NextInt64(1L << 42), random.NextInt64(1L << 42)) : null,
    };

    public static byte[] Datagram(HeartbeatMessage message) => HeartbeatEnvelope.Wrap(HeartbeatWriter.Write(message).Span, Key);

    public static byte[] Datagram(string json) => HeartbeatEnvelope.Wrap(Encoding.UTF8.GetBytes(json), Key);

    public static HeartbeatMessage ToMessage(HeartbeatView view)
    {
        List<HeartbeatListener> listeners = [];
        foreach (ListenerEntry listener in view.Listeners)
        {
            listeners.Add(new HeartbeatListener(
                Text(listener.Id), Text(listener.Status), ToStats(listener.Stats), listener.HasTotal ? ToStats(listener.Total) : null));
        }

        List<HeartbeatPool> pools = [];
        foreach (PoolEntry pool in view.Pools)
        {
            List<HeartbeatMember> members = [];
            foreach (MemberEntry member in view.MembersOf(pool))
            {
                members.Add(new HeartbeatMember(Text(member.Id), Text(member.Status)));
            }

            pools.Add(new HeartbeatPool(Text(pool.Key), Text(pool.Status), members.ToValueList()));
        }

        return new HeartbeatMessage
        {
            AmphoraId = Encoding.ASCII.GetString(view.AmphoraId),
            Sequence = view.Sequence,
            Listeners = listeners.ToValueList(),
            Pools = pools.ToValueList(),
            Origin = view.HasOrigin ? new HeartbeatOrigin(Encoding.ASCII.GetString(view.BootId), view.Started, view.Time) : null,
        };

        string Text(TextRange range) => Encoding.ASCII.GetString(view.Text(range));
    }

    private static HeartbeatStats ToStats(in StatsEntry entry) => new(entry.Tx, entry.Rx, entry.Conns, entry.Totconns, entry.Ereq);

    private static HeartbeatStats Stats(Random random) =>
        new(random.NextInt64(1L << 50), random.NextInt64(1L << 40), random.Next(1000), random.NextInt64(1L << 33), random.Next(100));

    private static string Status(Random random) => random.Next(8) switch { 0 => "DOWN", 1 => "no check", 2 => "UP 1/3", 3 => "DRAIN", _ => "UP" };

    private static string Id(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
