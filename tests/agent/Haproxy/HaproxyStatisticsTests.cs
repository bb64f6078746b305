// Reading `show stat`.
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Slots;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class HaproxyStatisticsTests
{
    private const string Header = "# pxname,svname,scur,stot,bin,bout,ereq,status,weight,check_status,check_code,last_chk,\n";

    [Fact]
    public void Columns_are_found_by_name_wherever_they_stand()
    {
        var answer = Header + "p:l,m,3,7,100,200,,UP 1/3,5,L7STS,503,Service Unavailable,\n\n";

        var row = HaproxyStatistics.Parse(answer, SlotNames.None).Value.Server("p:l", "m");

        Assert.Equal(
            new StatRow
            {
                Proxy = "p:l",
                Server = "m",
                Status = "UP 1/3",
                Weight = 5,
                CurrentSessions = 3,
                TotalSessions = 7,
                BytesIn = 100,
                BytesOut = 200,
                RequestErrors = 0,
                CheckStatus = "L7STS",
                CheckCode = "503",
                LastCheck = "Service Unavailable",
            },
            row);
    }

    [Fact]
    public void A_quoted_field_may_hold_commas_quotes_and_line_ends()
    {
        var answer = Header + "p:l,m,,,,,,DOWN,1,L7RSP,,\"bad, \"\"worse\"\"\nand more\",\np:l,n,,,,,,UP,1,,,,\n";

        var statistics = HaproxyStatistics.Parse(answer, SlotNames.None).Value;

        Assert.Equal("bad, \"worse\"\nand more", statistics.Server("p:l", "m")!.LastCheck);
        Assert.Equal("UP", statistics.Server("p:l", "n")!.Status);
    }

    [Fact]
    public void Frontends_and_backends_have_their_own_names()
    {
        var answer = Header + "l,FRONTEND,1,,,,4,OPEN,,,,,\np:l,BACKEND,2,,,,,DOWN,0,,,,\n";

        var statistics = HaproxyStatistics.Parse(answer, SlotNames.None).Value;

        Assert.Equal((4, null), (statistics.Frontend("l")!.RequestErrors, statistics.Frontend("l")!.Weight));
        Assert.Equal("DOWN", statistics.Backend("p:l")!.Status);
        Assert.Null(statistics.Backend("l"));
    }

    [Theory]
    [InlineData("Permission denied\n", "header")]
    [InlineData("", "header")]
    [InlineData("# pxname,svname,status,\nl,FRONTEND,OPEN,\n", "column")]
    [InlineData("# pxname,svname,scur,stot,bin,bout,ereq,status,weight,check_status,check_code,last_chk,\nl,FRONTEND,1,\n", "cut off")]
    public void An_answer_that_is_not_statistics_is_a_failure_with_its_words(string answer, string reason)
    {
        var outcome = HaproxyStatistics.Parse(answer, SlotNames.None);

        Assert.Contains(reason, outcome.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(answer, outcome.Failure.Output);
    }

    [Fact]
    public void The_process_that_answers_is_known_by_its_pid()
    {
        var answer = "Name: HAProxy\nVersion: 2.6.12-1+deb12u4\nPid: 4711\nUptime: 0d 0h00m02s\nUptime_sec: 2\nCurrConns: 3\nMaxconn: 100\nStopping: 1\n\n";

        var info = HaproxyWorker.Parse(answer).Value;

        Assert.Equal(new HaproxyWorker("2.6.12-1+deb12u4", 4711, TimeSpan.FromSeconds(2), Stopping: true, Connections: 3, MaxConnections: 100), info);
    }
}
