// When so many are silent that nobody is replaced.
using Amphora.Controller.Health.Repair;
using Xunit;

namespace Amphora.Controller.Tests.Health.Repair;

public sealed class CircuitBreakerTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly CircuitBreaker _breaker = new(new CircuitBreakerOptions());

    [Theory]
    [InlineData(1, 1, "Closed")]
    [InlineData(2, 2, "Closed")]
    [InlineData(3, 12, "Open")]
    [InlineData(3, 13, "Closed")]
    [InlineData(25, 100, "Open")]
    [InlineData(24, 100, "Closed")]
    public void A_quarter_and_three_at_least_are_too_many(int silent, int watched, string state) => Assert.Equal(Enum.Parse<BreakerState>(state), Observe(silent, watched, silent, 0));

    [Fact]
    public void Those_that_have_been_silent_for_long_open_nothing() => Assert.Equal(BreakerState.Closed, Observe(50, 100, 2, 0));

    [Fact]
    public void It_closes_when_they_are_back_and_not_before()
    {
        Observe(30, 100, 30, 0);

        Assert.Equal(BreakerState.Open, Observe(30, 100, 0, 120));
        Assert.Equal(BreakerState.Closed, Observe(3, 100, 0, 180));
    }

    [Fact]
    public void The_first_of_many_that_are_silent_next_opens_it_and_it_stays_open()
    {
        Assert.Equal(BreakerState.Closed, Observe(0, 100, 30, 0));
        Assert.Equal(BreakerState.Open, Observe(1, 100, 30, 3));
        Assert.Equal(BreakerState.Open, Observe(2, 100, 30, 6));
    }

    [Fact]
    public void It_does_not_open_again_on_those_it_let_through()
    {
        Observe(30, 100, 30, 0);
        Observe(30, 100, 0, 600);
        _breaker.EndTrial(worked: true, s_start.AddSeconds(610));

        Assert.Equal(BreakerState.Passing, Observe(5, 100, 25, 640));
        Assert.Equal(BreakerState.Closed, Observe(0, 100, 20, 650));
    }

    [Fact]
    public void After_a_time_one_is_tried_and_the_others_follow_when_it_worked()
    {
        Observe(30, 100, 30, 0);

        Assert.Equal(BreakerState.Trial, Observe(30, 100, 0, 600));
        _breaker.EndTrial(worked: true, s_start.AddSeconds(610));
        Assert.Equal(BreakerState.Passing, Observe(29, 100, 0, 611));
        Assert.Equal(BreakerState.Closed, Observe(10, 100, 0, 700));
    }

    [Fact]
    public void A_trial_that_failed_holds_once_more()
    {
        Observe(30, 100, 30, 0);
        Observe(30, 100, 0, 600);

        _breaker.EndTrial(worked: false, s_start.AddSeconds(610));

        Assert.Equal(BreakerState.Open, Observe(30, 100, 0, 1209));
        Assert.Equal(BreakerState.Trial, Observe(30, 100, 0, 1210));
    }

    [Fact]
    public void A_share_of_nothing_never_opens() =>
        Assert.Equal(BreakerState.Closed, new CircuitBreaker(new CircuitBreakerOptions { Share = 0 }).Observe(new SilenceCounts(10, 10, 10), s_start));

    private BreakerState Observe(int silent, int watched, int late, int seconds) => _breaker.Observe(new SilenceCounts(watched, silent, late), s_start.AddSeconds(seconds));
}
