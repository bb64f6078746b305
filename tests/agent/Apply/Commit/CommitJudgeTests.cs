// What makes a change worse than what was before it, and what does not.
using Amphora.Agent.Apply.Commit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Amphora.Agent.Tests.Apply.Commit;

public sealed class CommitJudgeTests
{
    private static readonly char[] s_signs = ['+', '-', '?', '.'];

    [Theory]
    [InlineData("a+ b+", "c- d-", true)] // all replaced by wrong ones
    [InlineData("a+ b+", "a- b-", true)]
    [InlineData("a+ b+ c+", "a+ b- c-", true)]
    [InlineData("a+ b+", "a+ b-", false)] // exactly the floor
    [InlineData("a+ b+ c+", "b+ c+", false)] // one removed on purpose
    [InlineData("a+ b+ c+", "c+", false)]
    [InlineData("a+ b+", "", false)] // emptied on purpose
    [InlineData("a+ b+", "a. b.", false)] // switched off on purpose
    [InlineData("a+ b+", "a+ b+ c- d- e-", false)] // new ones that come up slowly
    [InlineData("a+ b+", "a- b. c+", true)] // the one that stayed does not speak for itself
    [InlineData("a- b-", "a- b- c-", false)] // nobody was up
    [InlineData("", "c-", false)]
    [InlineData("a+ b- c-", "d+ e- f-", false)] // no worse a share than before
    [InlineData("a+ b- c-", "d- e- f-", true)]
    [InlineData("a? b?", "c? d?", false)] // nobody checks: errors tell
    [InlineData("a? b? c?", "a+ b- c-", false)] // a new monitor finds what was down already
    [InlineData("a? b?", "a- b-", true)] // a new monitor finds nobody
    [InlineData("a+ b+", "a? b?", false)]
    public void Members_that_the_change_took_down_speak_against_it(string before, string after, bool isWorse)
    {
        var verdicts = Looks.Judged(Looks.Before(Looks.Of(before)), Enumerable.Repeat(Looks.Of(after), CommitRules.LooksInARow));

        Assert.Equal(isWorse, verdicts[^1] is not null);
        Assert.All(verdicts.SkipLast(1), Assert.Null);
    }

    [Fact]
    public void A_pool_that_is_gone_is_gone_on_purpose()
    {
        var none = Looks.Of("") with { Pools = new Dictionary<string, IReadOnlyDictionary<string, MemberNow>>() };

        Assert.All(Looks.Judged(Looks.Before(Looks.Of("a+")), none, none, none, none), Assert.Null);
    }

    [Fact]
    public void Members_that_are_down_for_a_moment_are_forgiven()
    {
        CommitSample up = Looks.Of("a+"), down = Looks.Of("a-");

        Assert.All(Looks.Judged(Looks.Before(up), down, down, up, down, down, up), Assert.Null);
    }

    [Theory]
    [InlineData(100, 0, 100, 20, true)]
    [InlineData(100, 0, 100, 19, false)]
    [InlineData(100, 50, 100, 60, false)] // members answered so before
    [InlineData(100, 50, 100, 70, true)]
    [InlineData(100, 0, 19, 19, false)] // too few after
    [InlineData(19, 0, 100, 100, false)] // too few before
    [InlineData(100, 100, 100, 100, false)]
    [InlineData(100, 90, 100, 0, false)]
    public void A_jump_in_the_share_of_failures_speaks_against_it(long requests, long failed, long requestsAfter, long failedAfter, bool isWorse)
    {
        var before = Looks.Before(Looks.Of("a?", requests, failed));
        var after = Looks.Of("a?", requestsAfter, failedAfter, worker: 2);

        Assert.Equal(isWorse, Looks.Judged(before, after, after, after)[^1] is not null);
    }

    [Fact]
    public void A_process_that_stayed_is_judged_by_what_it_counted_since()
    {
        var before = Looks.Before(Looks.Of("a?", 1000, 10));
        CommitSample good = Looks.Of("a?", 1100, 11), bad = Looks.Of("a?", 1100, 60);

        Assert.Null(Looks.Judged(before, good, good, good)[^1]);
        Assert.Contains("50", Looks.Judged(before, bad, bad, bad)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_burst_of_failures_that_is_over_is_forgiven()
    {
        var before = Looks.Before(Looks.Of("a?", 1000));
        var looks = Enumerable.Range(0, 20).Select(second => Looks.Of("a?", 100 * (second + 1), 100, worker: 2));

        Assert.All(Looks.Judged(before, looks), Assert.Null);
    }

    [Fact]
    public void Silence_speaks_against_it_and_an_answer_breaks_it()
    {
        var up = Looks.Of("a+");

        Assert.Contains("HAProxy", Looks.Judged(Looks.Before(up), null, null, null)[^1], StringComparison.Ordinal);
        Assert.All(Looks.Judged(Looks.Before(up), null, null, up, null, null), Assert.Null);
    }

    [Fact]
    public void The_time_before_is_a_window_when_there_was_traffic_in_it_and_longer_otherwise()
    {
        CommitSample busy = Looks.Of("a?", 1000, 900), quiet = Looks.Of("a?", 1095, 900), now = Looks.Of("a?", 1100, 905);

        var recent = BeforeCommit.Of(now, busy, CommitScope.Everything).Listeners[0];
        var longer = BeforeCommit.Of(now, quiet, CommitScope.Everything).Listeners[0];
        var another = BeforeCommit.Of(now, busy with { Worker = 7 }, CommitScope.Everything).Listeners[0];

        Assert.Equal((100, 5), (recent.Requests, recent.Failed));
        Assert.Equal((1100, 905), (longer.Requests, longer.Failed));
        Assert.Equal((1100, 905), (another.Requests, another.Failed));
    }

    [Fact]
    public void What_follows_on_a_change_that_is_not_confirmed_is_held_against_the_time_before_that_one()
    {
        var good = Looks.Before(Looks.Of("a+ b+", 100));
        var broken = Looks.Before(Looks.Of("c- d-", 50, 50));

        var merged = broken.Behind(good);
        var next = Looks.Of("e- f-", 100, 100, worker: 3);

        Assert.Equal(["a", "b"], merged.Pools[0].Up);
        Assert.Equal((100, 0, 50), (merged.Listeners[0].Requests, merged.Listeners[0].Failed, merged.Listeners[0].RequestsThen));
        Assert.NotNull(Looks.Judged(merged, next, next, next)[^1]);
        Assert.All(Looks.Judged(broken, next, next, next), Assert.Null);
    }

    [Fact]
    public void Whatever_members_there_are_taking_some_out_is_never_worse_and_losing_all_that_were_up_always_is()
    {
        var members = Gen.Elements(s_signs).ListOf().Select(static signs => signs.Take(8).ToArray());
        var removed = Gen.Choose(0, 255);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(members.Zip(removed).ToArbitrary(), static any =>
        {
            var (signs, mask) = any;
            var words = signs.Select(static (sign, index) => $"m{index}{sign}").ToList();
            var before = Looks.Before(Looks.Of(string.Join(' ', words)));
            var fewer = Looks.Of(string.Join(' ', words.Where((_, index) => (mask & (1 << index)) == 0)));
            var dead = Looks.Of(string.Join(' ', words.Select(static word => word[^1] == '.' ? word : $"{word[..^1]}-")));
            // With all that were up taken out, what is left may be nobody: that is as bad as a wrong pool.
            var isLeft = fewer.Pools[Looks.Pool].Count == 0 || before.Pools.Count == 0 || before.Pools[0].Up.Any(fewer.Pools[Looks.Pool].ContainsKey);
            return (!isLeft || Looks.Judged(before, fewer, fewer, fewer)[^1] is null)
                && Looks.Judged(before, dead, dead, dead)[^1] is null == (before.Pools.Count == 0);
        }));
    }
}
