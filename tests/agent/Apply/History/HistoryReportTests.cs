// A history as it is told, and what it is told of.
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Rollback;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Apply.History;

public sealed class HistoryReportTests
{
    private const string Directory = "/certs/lb";

    private static readonly ValueList<HistoryEntry> s_rolledBack =
    [
        Entry(1, generation: 7),
        Entry(2, generation: 8) with { GoesBackTo = 1 },
        Entry(3, generation: 7) with { Return = new Return(Restores: 1, RollsBack: 2, "members are down") },
    ];

    [Fact]
    public void Newest_first_each_says_what_became_of_it()
    {
        var told = HistoryReport.Of("lb", "2.0", s_rolledBack, window: null, now: 0).Generations;

        Assert.Equal([3, 2, 1], told.Select(one => one.Sequence));
        Assert.Equal(["in_force", "rolled_back", "replaced"], told.Select(one => one.Outcome));
        Assert.Equal(["members are down", "members are down", null], told.Select(one => one.Reason));
        Assert.Equal([1, null, null], told.Select(one => one.Restores));
    }

    [Fact]
    public void The_one_in_force_says_until_when_it_has_to_prove_itself_and_what_comes_back_otherwise()
    {
        var window = new OpenWindow { Sequence = 2, BootId = "", WatchedUntil = 1, ConfirmByTime = DateTimeOffset.UnixEpoch };

        var told = HistoryReport.Of("lb", "2.0", [.. s_rolledBack.Take(2)], window, now: 0).Generations;

        Assert.Equal((DateTimeOffset.UnixEpoch, true, 1L), (told[0].ConfirmBy!.Value, told[0].Watched, told[0].GoesBackTo));
        Assert.Null(told[1].ConfirmBy);
        Assert.Null(told[1].Watched);
    }

    [Fact]
    public void The_status_names_what_was_rolled_back_until_something_else_is_in_force()
    {
        var status = HistoryReport.RolledBack(s_rolledBack)!;

        Assert.Equal((2L, 8L, "members are down"), (status.Sequence, status.Generation!.Value, status.Reason));
        Assert.Null(HistoryReport.RolledBack([.. s_rolledBack, Entry(4, generation: 9)]));
        Assert.Null(HistoryReport.RolledBack([]));
    }

    [Theory]
    [InlineData("bind 1:443 ssl crt /certs/lb/a.pem crt /certs/lb/b.pem", "a.pem b.pem")]
    [InlineData("bind 1:443 ssl crt-list /certs/lb/list.pem alpn h2", "a.pem c.pem list.pem")]
    [InlineData("bind 1:443 ssl crt /certs/lb/", "a.pem b.pem c.pem list.pem")]
    [InlineData("bind 1:443 ssl crt /certs/lb", "a.pem b.pem c.pem list.pem")]
    [InlineData("server a ca-file \"/certs/lb/b.pem\"", "b.pem")]
    [InlineData("server a ca-file /certs/lb2/b.pem crt /certs/lb/deep/b.pem", "")]
    [InlineData("nothing", "")]
    public void An_uploaded_text_counts_on_the_files_it_names_and_on_those_they_name(string text, string expected)
    {
        var files = new Dictionary<string, string>
        {
            ["a.pem"] = "KEY",
            ["b.pem"] = "KEY",
            ["c.pem"] = "KEY",
            ["list.pem"] = "/certs/lb/a.pem\n/certs/lb/c.pem [alpn h2] example.com\n",
        };

        var found = UploadedFiles.Find(text, Directory, files.Keys, name => files.GetValueOrDefault(name));

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public void Ports_that_are_not_as_they_were_are_named()
    {
        StoredPort vip = new("fa:00", "eth1", "plan", "document"), member = new("fa:01", "eth2", "plan", null), other = new("fa:02", "eth3", "plan", null);

        var lines = PortsReturn.Differences([vip, member], [vip with { Plan = "another" }, other]).ToList();

        Assert.Empty(PortsReturn.Differences([vip, member], [member, vip]));
        Assert.Equal(3, lines.Count);
        Assert.Contains("fa:00 is not as it was", lines[0], StringComparison.Ordinal);
        Assert.Contains("fa:01 was plugged then", lines[1], StringComparison.Ordinal);
        Assert.Contains("fa:02 was not plugged then", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new string[0], "1 listener")]
    [InlineData(new[] { "a" }, "1 listener; a")]
    [InlineData(new[] { "a", "b", "c", "d", "e" }, "1 listener; a, b, c and 2 more")]
    public void A_summary_says_what_changed(string[] changes, string expected) => Assert.Equal(expected, HistorySummary.With("1 listener", changes));

    [Fact]
    public void An_uploaded_text_is_summed_up() =>
        Assert.Equal("2 listeners, 1 pool, 1 member", HistorySummary.Of("frontend a\n  bind :1\nfrontend b\nbackend p:a\n    server m 10.0.0.1:80\n"));

    private static HistoryEntry Entry(long sequence, long generation) => new()
    {
        Sequence = sequence,
        ManagedBy = HistoryEntry.Api2,
        Generation = generation,
        Digest = $"{generation}",
        AppliedAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
        Summary = "1 listener",
    };
}
