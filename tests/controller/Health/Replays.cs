// What was recorded is not taken again.
using Amphora.Contract;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Health;
using Xunit;

namespace Amphora.Controller.Tests.Health;

public sealed class Replays
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly HeartbeatKey Key = new("key");

    private readonly HeartbeatDecoder _decoder = new(new HeartbeatKeys(Key, DerivedAccepted: false, MasterAccepted: true));
    private readonly HeartbeatReplays _replays = new(TimeSpan.FromSeconds(60));

    [Fact]
    public void Of_one_process_only_a_higher_sequence_is_taken()
    {
        Assert.Equal(HeartbeatRefusal.None, Check(sequence: 0));
        Assert.Equal(HeartbeatRefusal.Replay, Check(sequence: 0));
        Assert.Equal(HeartbeatRefusal.None, Check(sequence: 5));
        Assert.Equal(HeartbeatRefusal.Replay, Check(sequence: 4));
        Assert.Equal(HeartbeatRefusal.None, Check(sequence: 4, id: "another"));
    }

    [Theory]
    [InlineData("boot", 2000)]
    [InlineData("another boot", 1000)]
    public void A_new_process_begins_anew_and_the_old_one_does_not_come_back(string boot, long started)
    {
        Check(sequence: 7, second: 0);

        Assert.Equal(HeartbeatRefusal.None, Check(sequence: 0, second: 1, boot: boot, started: started));
        Assert.Equal(HeartbeatRefusal.Replay, Check(sequence: 8, second: 1));
        Assert.Equal(HeartbeatRefusal.Replay, Check(sequence: 8, second: 0));
        Assert.Equal(HeartbeatRefusal.None, Check(sequence: 1, second: 2, boot: boot, started: started));
    }

    [Theory]
    [InlineData(-61, HeartbeatRefusal.Clock)]
    [InlineData(-59, HeartbeatRefusal.None)]
    [InlineData(59, HeartbeatRefusal.None)]
    [InlineData(61, HeartbeatRefusal.Clock)]
    public void A_clock_may_be_a_window_off(int seconds, HeartbeatRefusal expected) => Assert.Equal(expected, Check(sequence: 0, second: seconds));

    [Fact]
    public void A_time_at_the_end_of_the_world_is_a_clock_too_far_off() =>
        Assert.Equal(HeartbeatRefusal.Clock, Check(Now, new HeartbeatOrigin("boot", 1000, long.MaxValue), 0, "amphora"));

    [Fact]
    public void Upstreams_messages_are_taken_and_from_an_amphora_that_sent_better_ones_after_a_window()
    {
        Assert.Equal(HeartbeatRefusal.None, Check(Now, null, 0, "upstream"));
        Assert.Equal(HeartbeatRefusal.None, Check(Now, null, 0, "upstream"));

        Check(sequence: 0);
        Assert.Equal(HeartbeatRefusal.Replay, Check(Now.AddSeconds(59), null, 9, "amphora"));
        Assert.Equal(HeartbeatRefusal.None, Check(Now.AddSeconds(61), null, 9, "amphora"));
    }

    private HeartbeatRefusal Check(long sequence, int second = 0, string boot = "boot", long started = 1000, string id = "amphora") =>
        Check(Now, new HeartbeatOrigin(boot, started, Now.AddSeconds(second).ToUnixTimeMilliseconds()), sequence, id);

    private HeartbeatRefusal Check(DateTimeOffset now, HeartbeatOrigin? origin, long sequence, string id)
    {
        HeartbeatMessage message = new() { AmphoraId = id, Sequence = sequence, Listeners = [], Pools = [], Origin = origin };
        Assert.Equal(HeartbeatRefusal.None, _decoder.Decode(HeartbeatEnvelope.Wrap(HeartbeatWriter.Write(message).Span, Key)));
        return _replays.Check(_decoder.View, now);
    }
}
