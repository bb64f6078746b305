// How old heartbeats are when they are written.
namespace Amphora.Controller.Health.Intake;

/// <summary>Counts by the millisecond, of this minute and of the one before; its memory stays.</summary>
internal sealed class Ages
{
    private const int Longest = 60_000;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private int[] _now = new int[Longest + 1];
    private int[] _before = new int[Longest + 1];
    private DateTimeOffset _since;

    /// <summary>How many since the start.</summary>
    public long Count { get; private set; }

    /// <summary>The oldest since the start.</summary>
    public TimeSpan Oldest { get; private set; }

    /// <summary>Adds a batch that was written.</summary>
    /// <param name="sent">Milliseconds since 1970.</param>
    /// <param name="written">When.</param>
    public void Add(IReadOnlyList<long> sent, DateTimeOffset written)
    {
        lock (_gate)
        {
            if (written - _since > s_minute)
            {
                (_now, _before, _since) = (_before, _now, written);
                Array.Clear(_now);
            }

            var now = written.ToUnixTimeMilliseconds();
            foreach (var time in sent)
            {
                var age = (int)Math.Clamp(now - time, 0, Longest);
                _now[age]++;
                Oldest = age > Oldest.TotalMilliseconds ? TimeSpan.FromMilliseconds(age) : Oldest;
            }

            Count += sent.Count;
        }
    }

    /// <summary>The age that this share of the last one to two minutes was not older than.</summary>
    public TimeSpan Quantile(double share)
    {
        lock (_gate)
        {
            var wanted = (long)Math.Ceiling(share * (_now.Sum() + _before.Sum()));
            var age = 0;
            for (long seen = _now[0] + _before[0]; seen < wanted && age < Longest; age++)
            {
                seen += _now[age + 1] + _before[age + 1];
            }

            return TimeSpan.FromMilliseconds(age);
        }
    }
}
