// Whatever is done to a journal shows, and where.
using System.Text;
using Amphora.Agent.Journal;
using Xunit;

namespace Amphora.Agent.Tests.Journal;

public sealed class JournalReaderTests : IAsyncLifetime
{
    private const int Requests = 8;

    private string[] _lines = [];

    public static TheoryData<string, int, string> Damages => new()
    {
        { "changed", 5, "it was changed" },
        { "garbled", 5, "it is no record" },
        { "removed", 5, "record 6 stands where record 5 has to" },
        { "repeated", 6, "record 5 stands where record 6 has to" },
        { "swapped", 5, "record 6 stands where record 5 has to" },
        { "cut in its middle", 5, "in its middle" },
        { "last one cut in its middle", Requests + 1, "in its middle" },
        { "written anew", 4, "it was changed" },
        { "null", 5, "it is no record" },
    };

    public async ValueTask InitializeAsync()
    {
        await using var host = new JournalHost();
        for (var i = 1; i <= Requests; i++)
        {
            host.Tell($"/{i}");
        }

        _lines = [.. JournalHost.Lines(await host.BytesAsync())];
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damage_is_found_and_named_by_its_line(string damage, int line, string reason)
    {
        // Before damage everything is well.
        Assert.Null((await JournalHost.ReadAsync(Bytes(_lines))).Broken);

        var (records, broken) = await JournalHost.ReadAsync(Damage(damage));

        Assert.NotNull(broken);
        Assert.Equal(line, broken.Line);
        Assert.Contains(reason, broken.Reason, StringComparison.Ordinal);
        Assert.InRange(records.Count, line - 1, line);
    }

    [Fact]
    public async Task A_journal_may_begin_and_end_anywhere_between_two_lines()
    {
        var (records, broken) = await JournalHost.ReadAsync(Bytes(_lines[3..6]));

        Assert.Null(broken);
        Assert.Equal([4, 5, 6], records.Select(record => record.Seq));
        Assert.Null((await JournalHost.ReadAsync([])).Broken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private byte[] Damage(string damage)
    {
        var (before, line, behind) = (_lines[..4], _lines[4], _lines[5..]);
        return damage switch
        {
            "changed" => Bytes([.. before, line.Replace("/4", "/5", StringComparison.Ordinal), .. behind]),
            "garbled" => Bytes([.. before, line.Replace("{", "(", StringComparison.Ordinal), .. behind]),
            "removed" => Bytes([.. before, .. behind]),
            "repeated" => Bytes([.. before, line, line, .. behind]),
            "swapped" => Bytes([.. before, behind[0], line, .. behind[1..]]),
            "cut in its middle" => Encoding.UTF8.GetBytes(string.Concat(before.Select(one => one + "\n")) + line[..20]),
            "last one cut in its middle" => Bytes(_lines)[..^10],
            "null" => Bytes([.. before, "null", .. behind]),
            // Somebody who knows how it is done, and begins in the middle.
            _ => Bytes([.. before[..3], before[3].Replace("/3", "/7", StringComparison.Ordinal), line, .. behind]),
        };
    }

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
