// Pure: a heartbeat and what is known → operating statuses (load-balancer-api.md §6).
using System.Buffers.Text;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Store;

namespace Amphora.Controller.Health.Statuses;

/// <summary>What a heartbeat makes of a load balancer and of everything below it.</summary>
internal sealed class StatusRules
{
    // Memory that is used again: what was told of each object, by its place.
    private Told[] _told = new Told[64];

    private enum Told : byte
    {
        Nothing,
        Well,
        Strained,
        Down,
        Drain,
        Maintenance,
        NoCheck,
        Unclear,
    }

    /// <summary>True when the heartbeat counts as a sign of life: as many listeners as there are to be (flows.md §11).</summary>
    public static bool Counts(HeartbeatView heartbeat, KnownLoadBalancer? known) =>
        known is null || known.ExpectedListeners is not { } expected || expected == heartbeat.Listeners.Length;

    /// <summary>The statuses that are not what they were; objects of others, which an amphora may name too, are passed over.</summary>
    /// <param name="heartbeat">What it says.</param>
    /// <param name="known">The load balancer of the amphora.</param>
    /// <param name="changed">Takes them; the load balancer's own stands under its id.</param>
    public void Apply(HeartbeatView heartbeat, KnownLoadBalancer known, List<OperatingStatusUpdate> changed)
    {
        var told = Read(heartbeat, known);
        var objects = known.Objects;
        var worst = known.IsEnabled ? OperatingStatus.Online : OperatingStatus.Offline;
        for (var i = 0; i < objects.Length; i++)
        {
            var status = StatusOf(objects[i], told[i], known);
            worst = objects[i].Kind is ObjectKind.Listener or ObjectKind.Pool ? Worse(worst, told[i] == Told.Nothing ? null : status) : worst;
            if (status is { } now && now != objects[i].Operating)
            {
                changed.Add(new OperatingStatusUpdate(objects[i].Id, now));
            }
        }

        if (worst != known.Operating)
        {
            changed.Add(new OperatingStatusUpdate(known.Id, worst));
        }
    }

    // Null: as it was.
    private static OperatingStatus? StatusOf(KnownObject one, Told told, KnownLoadBalancer known) => one.Kind switch
    {
        ObjectKind.Listener => told switch
        {
            Told.Well => OperatingStatus.Online,
            Told.Strained => OperatingStatus.Degraded,
            Told.Nothing => one.IsEnabled && known.Provisioning == RowStatus.Active ? OperatingStatus.Error : OperatingStatus.Offline,
            _ => null,
        },
        ObjectKind.Pool => told switch
        {
            Told.Well => OperatingStatus.Online,
            Told.Strained => OperatingStatus.Degraded,
            Told.Down => OperatingStatus.Error,
            Told.Nothing => OperatingStatus.Offline,
            _ => null,
        },
        ObjectKind.Member => told switch
        {
            Told.Well => OperatingStatus.Online,
            Told.Down => OperatingStatus.Error,
            Told.Drain => OperatingStatus.Draining,
            Told.Maintenance => OperatingStatus.Offline,
            Told.NoCheck => OperatingStatus.NoMonitor,
            Told.Nothing => one.Operating == OperatingStatus.NoMonitor ? null : OperatingStatus.Offline,
            _ => null,
        },
        // Nobody reports monitors, policies and rules.
        _ => one.IsEnabled && one.Provisioning == RowStatus.Active ? OperatingStatus.Online : OperatingStatus.Offline,
    };

    // ERROR > DEGRADED > ONLINE; a load balancer that is switched off is only lowered by an ERROR.
    private static OperatingStatus Worse(OperatingStatus worst, OperatingStatus? status) => (worst, status) switch
    {
        (_, OperatingStatus.Error) => OperatingStatus.Error,
        (OperatingStatus.Online, OperatingStatus.Degraded) => OperatingStatus.Degraded,
        _ => worst,
    };

    private ReadOnlySpan<Told> Read(HeartbeatView heartbeat, KnownLoadBalancer known)
    {
        if (_told.Length < known.Objects.Length)
        {
            _told = new Told[2 * known.Objects.Length];
        }

        var told = _told.AsSpan(0, known.Objects.Length);
        told.Clear();
        foreach (ref readonly var listener in heartbeat.Listeners)
        {
            if (Find(heartbeat.Text(listener.Id), ObjectKind.Listener, known) is >= 0 and var place)
            {
                told[place] = Word(heartbeat.Text(listener.Status), "OPEN"u8, "FULL"u8, Told.Strained);
            }
        }

        foreach (ref readonly var pool in heartbeat.Pools)
        {
            // <pool>:<listener>; a pool of two listeners is there twice, and the last one counts.
            var key = heartbeat.Text(pool.Key);
            key = key.LastIndexOf((byte)':') is >= 0 and var colon ? key[..colon] : key;
            if (Find(key, ObjectKind.Pool, known) is >= 0 and var place)
            {
                told[place] = Word(heartbeat.Text(pool.Status), "UP"u8, "DOWN"u8, Told.Down);
                ReadMembers(heartbeat, pool, place, known, told);
            }
        }

        return told;
    }

    private static void ReadMembers(HeartbeatView heartbeat, in PoolEntry pool, int poolPlace, KnownLoadBalancer known, Span<Told> told)
    {
        foreach (ref readonly var member in heartbeat.MembersOf(pool))
        {
            if (Find(heartbeat.Text(member.Id), ObjectKind.Member, known) is >= 0 and var place && known.Objects[place].Parent == poolPlace)
            {
                told[place] = OfMember(heartbeat.Text(member.Status));
                told[poolPlace] = (told[place], told[poolPlace]) == (Told.Down, Told.Well) ? Told.Strained : told[poolPlace];
            }
        }
    }

    private static Told OfMember(ReadOnlySpan<byte> word) =>
        // "UP 1/3": a check failed, but not enough of them.
        word.StartsWith("UP"u8) ? Told.Well
        : word.StartsWith("DOWN"u8) ? Told.Down
        : word.SequenceEqual("DRAIN"u8) ? Told.Drain
        : word.SequenceEqual("MAINT"u8) ? Told.Maintenance
        : word.SequenceEqual("no check"u8) ? Told.NoCheck
        // RESTARTING: keepalived has not looked yet.
        : Told.Unclear;

    private static Told Word(ReadOnlySpan<byte> word, ReadOnlySpan<byte> well, ReadOnlySpan<byte> ill, Told isIll) =>
        word.SequenceEqual(well) ? Told.Well : word.SequenceEqual(ill) ? isIll : Told.Unclear;

    private static int Find(ReadOnlySpan<byte> text, ObjectKind kind, KnownLoadBalancer known) =>
        Utf8Parser.TryParse(text, out Guid id, out var length) && length == text.Length && known.Find(id) is >= 0 and var place && known.Objects[place].Kind == kind ? place : -1;
}
