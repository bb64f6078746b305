// The account of a listener across processes: nothing lost, nothing counted twice.
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Agent.Health.Heartbeats;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Health.Heartbeats;

public sealed class TrafficBookTests
{
    private const string Listener = "listener";

    private readonly TrafficBook _book = new();

    [Fact]
    public void The_first_report_is_everything_and_each_further_one_what_came_since()
    {
        Observe("a", 10);
        var first = Take();
        Observe("a", 17);
        Observe("a", 30);
        var second = Take();

        Assert.Equal((10, 20), (first, second));
        Assert.Equal(30, _book.Total(Listener).BytesIn);
    }

    [Fact]
    public void Another_process_has_counted_from_zero_even_when_it_has_counted_more()
    {
        Observe("a", 10);
        Take();
        Observe("b", 50);

        Assert.Equal(50, Take());
    }

    [Fact]
    public void A_replaced_process_goes_on_counting_beside_the_new_one()
    {
        Observe("a", 10);
        Take();
        Observe("a", 15, isCurrent: false);
        Observe("b", 3);
        var first = Take();
        _book.EndRound();
        Observe("a", 115, isCurrent: false);
        Observe("b", 4);

        Assert.Equal((8, 101), (first, Take()));
    }

    [Fact]
    public void What_could_not_be_told_is_told_later()
    {
        Observe("a", 10);
        Take();
        _book.EndRound();
        Observe("a", 14);
        Take();
        _book.GiveBack();
        Observe("a", 15);

        Assert.Equal(5, Take());
    }

    [Fact]
    public void A_book_that_was_kept_goes_on_where_it_was()
    {
        using var folder = new TestFolder();
        Observe("a", 10);
        Take();
        Observe("a", 25);
        TrafficBookFile.Save(folder.Path, _book);
        var mode = File.GetUnixFileMode(folder["stats_counters.json"]);

        var kept = TrafficBookFile.Load(folder.Path);
        kept.Observe(Listener, "a", isCurrent: true, Counters(26));

        Assert.Equal(16, kept.Take(Listener).BytesIn);
        Assert.Equal(26, kept.Total(Listener).BytesIn);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, mode);
    }

    [Fact]
    public void A_process_that_was_replaced_while_there_was_no_agent_is_known_by_its_name()
    {
        using var folder = new TestFolder();
        Observe("a", 10);
        Take();
        TrafficBookFile.Save(folder.Path, _book);

        var kept = TrafficBookFile.Load(folder.Path);
        kept.Observe(Listener, "b", isCurrent: true, Counters(12));

        Assert.Equal(12, kept.Take(Listener).BytesIn);
    }

    [Theory]
    [InlineData(25, 15)]
    [InlineData(4, 4)]
    public void Upstreams_file_is_taken_up(int now, int expected)
    {
        using var folder = new TestFolder();
        folder.Write("stats_counters.json", """{"listener": {"bin": 10, "bout": 0, "ereq": 0, "stot": 0}}""");

        var kept = TrafficBookFile.Load(folder.Path);
        kept.Observe(Listener, "a", isCurrent: true, Counters(now));

        Assert.Equal(expected, kept.Take(Listener).BytesIn);
    }

    [Fact]
    public void What_upstreams_agent_wrote_after_us_holds()
    {
        using var folder = new TestFolder();
        Observe("a", 10);
        Take();
        TrafficBookFile.Save(folder.Path, _book);
        // As upstream does it: its four numbers are new, what it does not know stays.
        var text = File.ReadAllText(folder["stats_counters.json"]).Replace("{\"listener\":{\"bin\":10", "{\"listener\":{\"bin\":3", StringComparison.Ordinal);
        folder.Write("stats_counters.json", text);

        var kept = TrafficBookFile.Load(folder.Path);
        kept.Observe(Listener, "b", isCurrent: true, Counters(8));

        Assert.Equal(5, kept.Take(Listener).BytesIn);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"listener\":{\"bin\":\"x\"}}")]
    [InlineData("{\"listener\":{\"bin\":1,\"bout\":1,\"ereq\":1")]
    public void A_file_that_cannot_be_read_is_an_empty_book(string text)
    {
        using var folder = new TestFolder();
        folder.Write("stats_counters.json", text);

        Assert.Empty(TrafficBookFile.Load(folder.Path).Accounts);
        Assert.Empty(TrafficBookFile.Load(folder["nowhere"]).Accounts);
    }

    [Fact]
    public void A_listener_that_is_gone_for_an_hour_is_forgotten()
    {
        Observe("a", 10);
        for (var round = 0; round < 400; round++)
        {
            _book.EndRound();
        }

        Assert.Empty(_book.Accounts);
    }

    private static TrafficCounters Counters(long bytes) => new(bytes, 0, 0, 0);

    private void Observe(string worker, long bytes, bool isCurrent = true) => _book.Observe(Listener, worker, isCurrent, Counters(bytes));

    private long Take() => _book.Take(Listener).BytesIn;
}
