// What was received of each amphora last, so that nothing is taken twice.
using System.Text;
using Amphora.Contract.Heartbeat;

namespace Amphora.Controller.Health;

/// <summary>Refuses what was recorded and sent again. Only messages whose mac was right come here: strangers cannot fill the memory, nor
/// forge <see cref="HeartbeatView.Time"/>. Messages of upstream's agent carry no time and cannot be told from their recording; they
/// are taken, but not from an amphora that has just sent better ones: going back to upstream's agent takes one window.</summary>
/// <param name="window">How far an amphora's clock may be from ours.</param>
internal sealed class HeartbeatReplays(TimeSpan window)
{
    private const int LongestId = 255;

    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <summary>Looks at a message, and remembers it when it is taken.</summary>
    /// <param name="message">The message.</param>
    /// <param name="now">Our clock.</param>
    public HeartbeatRefusal Check(HeartbeatView message, DateTimeOffset now)
    {
        Span<char> id = stackalloc char[LongestId];
        id = id[..Encoding.ASCII.GetChars(message.AmphoraId, id)];
        var amphorae = _seen.GetAlternateLookup<ReadOnlySpan<char>>();
        var isKnown = amphorae.TryGetValue(id, out var last);
        if (!message.HasOrigin)
        {
            return isKnown && now - last!.Received < window ? HeartbeatRefusal.Replay : HeartbeatRefusal.None;
        }

        // As floating point it cannot overflow, and of what is near it loses nothing.
        if (Math.Abs((double)message.Time - now.ToUnixTimeMilliseconds()) > window.TotalMilliseconds)
        {
            return HeartbeatRefusal.Clock;
        }

        if (!isKnown)
        {
            amphorae[id] = last = new Seen();
        }
        else if (!last!.IsBefore(message))
        {
            return HeartbeatRefusal.Replay;
        }

        last.Take(message, now);
        return HeartbeatRefusal.None;
    }

    /// <summary>The last message of an amphora.</summary>
    private sealed class Seen
    {
        // As long as it is: there may be a hundred thousand of these, and a boot ends seldom.
        private byte[] _boot = [];
        private long _started;
        private long _sequence;
        private long _time;

        /// <summary>When it came, by our clock.</summary>
        public DateTimeOffset Received { get; private set; }

        /// <summary>Of one process the sequence decides; of another one its time: an earlier process cannot come back.</summary>
        public bool IsBefore(HeartbeatView message) =>
            message.Started == _started && message.BootId.SequenceEqual(_boot)
                ? message.Sequence > _sequence
                : message.Time > _time;

        public void Take(HeartbeatView message, DateTimeOffset now)
        {
            _boot = message.BootId.SequenceEqual(_boot) ? _boot : message.BootId.ToArray();
            (_started, _sequence, _time, Received) = (message.Started, message.Sequence, message.Time, now);
        }
    }
}
