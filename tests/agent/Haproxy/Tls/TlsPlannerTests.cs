// Which steps lead from the certificates a process has to those it shall have.
using Amphora.Agent.Haproxy.Tls;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Tls;

public sealed class TlsPlannerTests
{
    [Theory]
    [InlineData("a", "b", "Set 1 b")]
    [InlineData("a", "a", "")]
    [InlineData("a b", "a c", "Set 2 c")]
    [InlineData("a", "a b c", "Add 2 b, Add 3 c")]
    [InlineData("a b c", "a", "Remove 2 b, Remove 3 c")]
    [InlineData("a b c", "a c", "Set 2 c, Remove 3 c")]
    [InlineData("a c", "a b c", "Add 3 c, Set 2 b")]
    [InlineData("a b", "b a c", "places")]
    [InlineData("a b c", "c a b", "places")]
    [InlineData("a b c", "b c d", "Set 1 b, Set 2 c, Set 3 d")]
    [InlineData("b c d", "a b c", "Set 3 c, Set 2 b, Set 1 a")]
    [InlineData("", "a", "first certificate")]
    [InlineData("a", "", "last certificate")]
    public void No_certificate_is_missing_on_the_way(string before, string after, string expected)
    {
        var plan = TlsPlanner.Plan(Files(before), Files(after), []);

        if (plan.Reasons.Count > 0)
        {
            Assert.Contains(expected, Assert.Single(plan.Reasons), StringComparison.Ordinal);
            Assert.Empty(plan.Steps);
            return;
        }

        Assert.Equal(expected, string.Join(", ", plan.Steps.Select(step => $"{step.Action} {step.Seat.Name} {step.Seat.Digest}")));
        Walk([.. before.Split(' ')], [.. after.Split(' ')], plan.Steps);
    }

    [Theory]
    [InlineData(-1, "is not there")]
    [InlineData(TlsPlanner.MostBytes + 1, "15361 bytes")]
    [InlineData(TlsPlanner.MostBytes, null)]
    public void What_HAProxy_cannot_be_given_needs_another_process(int bytes, string? reason)
    {
        var wanted = bytes < 0 ? Files(TlsSeat.Missing) : Files("b") with { Seats = [Files("b").Seats[0] with { Bytes = bytes }] };

        var plan = TlsPlanner.Plan(Files("a"), wanted, []);

        Assert.Equal(reason is null, plan.Reasons.Count == 0);
        Assert.All(plan.Reasons, said => Assert.Contains(reason!, said, StringComparison.Ordinal));
    }

    [Fact]
    public void An_entry_with_words_of_its_own_needs_another_process()
    {
        var before = Files("a");
        var wanted = before with { Lists = [new TlsList("list", [new TlsEntry("1", "*.example.com")])] };

        Assert.Contains("other words", Assert.Single(TlsPlanner.Plan(before, wanted, []).Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(TlsKind.Authority), "authorities")]
    [InlineData(nameof(TlsKind.Revocations), "revocations")]
    public void Authorities_and_revocations_need_another_process(string name, string word)
    {
        TlsKind kind = Enum.Parse<TlsKind>(name);
        TlsFiles before = new([new TlsSeat("f.ca-file.pem", kind, "/c/a.pem", "a", 1)], []);
        TlsFiles after = new([new TlsSeat("f.ca-file.pem", kind, "/c/b.pem", "b", 1)], []);

        Assert.Contains(word, Assert.Single(TlsPlanner.Plan(before, after, []).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_down_is_read_again()
    {
        var files = new TlsFiles(
            [new TlsSeat("f.crt-list.1.pem", TlsKind.Certificate, "/c/with space.pem", "d1", 5), new TlsSeat("f.ca-file.pem", TlsKind.Authority, "/c/ca.pem", TlsSeat.Missing, 0)],
            [new TlsList("f.crt-list", [new TlsEntry("f.crt-list.1.pem", "[alpn h2] *.example.com")]), new TlsList("empty", [])]);

        Assert.Equal(files, TlsFiles.Parse(files.Write()));
        Assert.Equal(TlsFiles.None, TlsFiles.Parse(""));
        Assert.Null(TlsFiles.Parse("0d2f /c/written/by/an/earlier/agent.pem\n"));
    }

    // One crt-list, whose files are their own digests.
    private static TlsFiles Files(string certificates)
    {
        string[] all = certificates.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new TlsFiles(
            [.. all.Select((digest, index) => new TlsSeat($"{index + 1}", TlsKind.Certificate, $"/c/{digest}.pem", digest, 100))],
            [new TlsList("list", [.. all.Select((_, index) => new TlsEntry($"{index + 1}", ""))])]);
    }

    private static void Walk(List<string> now, List<string> then, ValueList<TlsStep> steps)
    {
        List<string> stay = [.. now.Intersect(then)];
        foreach (TlsStep step in steps)
        {
            int at = int.Parse(step.Seat.Name, System.Globalization.CultureInfo.InvariantCulture) - 1;
            switch (step.Action)
            {
                case TlsAction.Set:
                    now[at] = step.Seat.Digest;
                    break;
                case TlsAction.Add:
                    now.Add(step.Seat.Digest);
                    break;
                default:
                    now[at] = "";
                    break;
            }

            Assert.All(stay, digest => Assert.Contains(digest, now));
        }

        Assert.Equal(then, now.Where(digest => digest.Length > 0));
    }
}
