// What is read out of `show stat`, and which part of it a change may have touched.
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Slots;
using Xunit;

namespace Amphora.Agent.Tests.Apply.Commit;

public sealed class CommitSampleTests
{
    private const string Header = "# pxname,svname,scur,stot,bin,bout,ereq,status,weight,req_tot,hrsp_5xx,econ,eresp,\n";

    private const string Text = """
        global
            maxconn 10
        defaults
            retries 3
        peers p
            peer a 127.0.0.1:1
        frontend one
            bind :80
        frontend two
            bind :81
        backend x:one
            server a 10.0.0.1:80
        backend y:two
            server b 10.0.0.2:80
        """;

    [Fact]
    public void An_HTTP_listener_counts_its_requests_and_5xx_and_a_connection_that_failed_once()
    {
        var sample = Sample("l,FRONTEND,1,5,,,0,OPEN,,100,7,,,\np:l,a,,,,,,UP,1,,,6,0,\np:l,BACKEND,,,,,,UP,1,100,7,6,2,\n");

        Assert.Equal(new RequestCounters(100, 8), sample.Listeners["l"]);
    }

    [Fact]
    public void A_TCP_listener_counts_connections_and_those_that_none_of_its_pools_took()
    {
        var sample = Sample("l,FRONTEND,1,50,,,0,OPEN,,0,,,,\np:l,BACKEND,,,,,,UP,1,,,3,1,\nq:l,BACKEND,,,,,,UP,1,,,2,0,\nq:m,BACKEND,,,,,,UP,1,,,9,9,\n");

        Assert.Equal(new RequestCounters(50, 6), sample.Listeners["l"]);
    }

    [Theory]
    [InlineData("UP", '+')]
    [InlineData("UP 1/3", '+')]
    [InlineData("NOLB", '+')]
    [InlineData("DRAIN", '+')]
    [InlineData("DOWN", '-')]
    [InlineData("DOWN 1/2", '-')]
    [InlineData("no check", '?')]
    [InlineData("MAINT", '.')]
    [InlineData("MAINT (via p/m)", '.')]
    public void A_member_is_what_HAProxy_says(string status, char expected)
    {
        var sample = Sample($"p:l,a,,,,,,{status},1,,,,,\np:l,BACKEND,,,,,,UP,1,,,,,\n");

        Assert.Equal(Looks.State(expected), sample.Pools["p:l"]["a"]);
    }

    [Fact]
    public void A_pool_without_members_is_there_and_metrics_are_not()
    {
        var sample = Sample("prometheus-exporter,FRONTEND,1,5,,,0,OPEN,,100,7,,,\np:l,BACKEND,,,,,,DOWN,0,,,,,\nprometheus-x:l,BACKEND,,,,,,UP,1,,,,,\n");

        Assert.Empty(sample.Pools["p:l"]);
        Assert.Single(sample.Pools);
        Assert.Empty(sample.Listeners);
    }

    [Theory]
    [InlineData("", "", false, false, false)]
    [InlineData("retries 3", "retries 4", true, true, true)]
    [InlineData("maxconn 10", "maxconn 11", true, true, true)]
    [InlineData("10.0.0.2", "10.0.0.3", false, true, true)]
    [InlineData("bind :81", "bind :82", false, false, true)]
    [InlineData("peer a", "peer b", false, false, false)]
    [InlineData("    server a", "  # why\n  server a", false, false, false)]
    public void Only_what_a_change_can_have_an_effect_on_is_held_against_it(string from, string to, bool first, bool secondPool, bool secondListener)
    {
        var scope = CommitScope.Of(Text, from.Length == 0 ? Text : Text.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal((first, first), (scope.HasPool("x:one"), scope.HasListener("one")));
        Assert.Equal((secondPool, secondListener), (scope.HasPool("y:two"), scope.HasListener("two")));
    }

    [Fact]
    public void Without_the_text_before_everything_is() => Assert.True(CommitScope.Of(null, Text).HasPool("any"));

    private static CommitSample Sample(string rows) => CommitSample.Of(1, HaproxyStatistics.Parse(Header + rows, SlotNames.None).Value);
}
