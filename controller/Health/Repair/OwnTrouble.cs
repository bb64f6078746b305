// What is wrong with ourselves: who does not hear well says of nobody that he is silent.
namespace Amphora.Controller.Health.Repair;

/// <summary>After the start, an outage of the database, a lost socket, a pause or a jump of the clock, amphorae get a whole timeout to be
/// heard of (flows.md §11, step 6).</summary>
/// <param name="timeout">heartbeat_timeout.</param>
/// <param name="clock">Its wall clock and its steady one are compared.</param>
internal sealed class OwnTrouble(TimeSpan timeout, TimeProvider clock)
{
    // Heartbeats wait in the socket for as long.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _heardAt = clock.GetTimestamp();
    private (DateTimeOffset Wall, long Steady) _beat = (clock.GetUtcNow(), clock.GetTimestamp());

    /// <summary>What it was last.</summary>
    public string Reason { get; private set; } = "the controller has just started";

    /// <summary>How long it still counts; zero: all is well.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                var left = timeout - clock.GetElapsedTime(_heardAt);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Something went wrong now.</summary>
    public void Note(string reason)
    {
        lock (_gate)
        {
            (Reason, _heardAt) = (reason, clock.GetTimestamp());
        }
    }

    /// <summary>Called several times a second; notices when it was not.</summary>
    public void Beat()
    {
        var now = (Wall: clock.GetUtcNow(), Steady: clock.GetTimestamp());
        var (passed, shown) = (clock.GetElapsedTime(_beat.Steady, now.Steady), now.Wall - _beat.Wall);
        _beat = now;
        if ((shown - passed).Duration() > s_pause)
        {
            Note("the clock was set");
        }
        else if (passed > s_pause)
        {
            Note("the controller stood still");
        }
    }
}
