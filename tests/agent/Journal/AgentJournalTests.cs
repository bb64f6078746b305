// What is told stands in the file, in order, chained, within its bounds; and nothing that happens to the file stops it.
using System.Text;
using Amphora.Agent.Journal.Records;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Journal;

public sealed class AgentJournalTests : IAsyncDisposable
{
    private readonly JournalHost _host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_names_the_one_before_it_and_only_the_owner_reads_them()
    {
        _host.Tell("/1");
        _host.Tell("/2");

        var (records, broken) = await _host.ReadAsync();

        Assert.Null(broken);
        Assert.Equal([1, 2, 3], records.Select(record => record.Seq));
        Assert.Equal([RecordKind.Opened, RecordKind.Request, RecordKind.Request], records.Select(record => record.Kind));
        Assert.Equal(new string('0', 64), records[0].Prev);
        Assert.Equal("the agent starts", records[0].Opened!.Why);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_host.Options.File));
    }

    [Fact]
    public async Task The_next_start_goes_on_where_the_last_one_ended()
    {
        _host.Tell("/1");
        await _host.AgainAsync();
        _host.Tell("/2");

        var (records, broken) = await _host.ReadAsync();

        Assert.Null(broken);
        Assert.Equal([1, 2, 3, 4], records.Select(record => record.Seq));
        Assert.Equal(["/1", "/2"], JournalHost.Told(records));
    }

    [Theory]
    [InlineData("{\"seq\":3,\"ti")]
    [InlineData("{")]
    public async Task A_line_that_a_kill_left_half_written_is_cut_off_and_told(string torn)
    {
        _host.Tell("/1");
        await _host.StopAsync();
        await File.AppendAllTextAsync(_host.Options.File, torn, Cancel);

        await _host.AgainAsync();
        _host.Tell("/2");
        var (records, broken) = await _host.ReadAsync();

        Assert.Null(broken);
        Assert.Equal(["/1", "/2"], JournalHost.Told(records));
        Assert.Equal([null, torn.Length], records.Where(record => record.Kind == RecordKind.Opened).Select(record => record.Opened!.CutOff));
    }

    [Fact]
    public async Task Two_files_hold_the_last_records_and_never_more_than_they_may()
    {
        await using var host = new JournalHost(mostBytes: 64 * 1024);
        for (var i = 0; i < 3000; i++)
        {
            host.Tell($"/{i}");
            if (i % 500 == 0)
            {
                await host.FlushAsync();
                Assert.InRange(Length(host.Options.File) + Length(host.Options.OlderFile), 1, 64 * 1024);
            }
        }

        var bytes = await host.BytesAsync();
        var (records, broken) = await JournalHost.ReadAsync(bytes);
        var (newer, newerBroken) = await JournalHost.ReadAsync(await File.ReadAllBytesAsync(host.Options.File, Cancel));

        Assert.InRange(bytes.Length, 32 * 1024, 64 * 1024);
        Assert.Null(broken);
        Assert.Null(newerBroken);
        Assert.Equal("the file before is full", newer[0].Opened!.Why);
        Assert.Equal("/2999", JournalHost.Told(records).Last());
        Assert.Equal(records.Count - 2, JournalHost.Told(records).Count());
    }

    [Fact]
    public async Task Smaller_bounds_hold_from_the_next_record_on()
    {
        for (var i = 0; i < 1000; i++)
        {
            _host.Tell($"/{i}");
        }

        await _host.FlushAsync();
        _host.Options = _host.Options with { MostBytes = 32 * 1024 };
        await _host.AgainAsync();
        _host.Tell("/last");

        Assert.InRange((await _host.BytesAsync()).Length, 1, 32 * 1024);
        Assert.Equal("/last", JournalHost.Told((await _host.ReadAsync()).Records).Last());
    }

    [Fact]
    public async Task A_text_stands_once_in_each_file_and_what_is_like_it_as_its_difference()
    {
        await using var host = new JournalHost(mostBytes: 64 * 1024);
        var texts = Enumerable.Range(0, 200).Select(i => $"{JournalHost.Noise(1, 8000)}{i}{JournalHost.Noise(2, 8000)}").ToList();
        foreach (var text in texts)
        {
            host.Journal.Add(keep => JournalHost.Request(keep.Keep("role", text)!));
            host.Journal.Add(keep => JournalHost.Request(keep.Keep("role", text)!));
        }

        await host.FlushAsync();
        var book = new Agent.Journal.Reading.TextBook();
        var (records, broken) = await JournalHost.ReadAsync(await File.ReadAllBytesAsync(host.Options.File, Cancel));
        var kept = records.Where(record => record.Text is not null).Select(record => record.Text!).ToList();
        kept.ForEach(book.Add);

        Assert.Null(broken);
        Assert.Equal(kept.Count, kept.DistinctBy(text => text.Digest).Count());
        Assert.Contains(kept, text => text.Base is not null && text.Content.Length < 100);
        Assert.All(JournalHost.Told(records), digest => Assert.Contains(book.Find(digest), texts));
        Assert.Equal(texts[^1], book.Find(JournalHost.Told(records).Last()));
    }

    [Fact]
    public async Task A_record_that_is_larger_than_a_file_is_told_as_missing()
    {
        await using var host = new JournalHost(mostBytes: 16 * 1024);
        host.Journal.Add(keep => JournalHost.Request(keep.Keep("role", JournalHost.Noise(1, 64 * 1024))!));
        host.Tell("/after");

        var (records, broken) = await host.ReadAsync();

        Assert.Null(broken);
        Assert.Equal(["/after"], JournalHost.Told(records));
        Assert.Equal(1, Assert.Single(records, record => record.Gap is not null).Gap!.Lost);
    }

    [Fact]
    public async Task On_a_full_disk_records_are_counted_and_the_next_one_that_fits_tells_how_many()
    {
        await using var host = new JournalHost();
        await Command.OutputAsync(["mount", "-t", "tmpfs", "-o", "size=64k", "amphora-test", host.Folder], Cancel);
        try
        {
            host.Tell("/before");
            await host.FlushAsync();
            var filler = Path.Combine(host.Folder, "filler");
            Assert.ThrowsAny<IOException>(() => File.WriteAllBytes(filler, new byte[128 * 1024]));
            for (var i = 0; i < 200; i++)
            {
                host.Tell($"/{i}");
            }

            await host.FlushAsync();
            File.Delete(filler);
            host.Tell("/after");
            var (records, broken) = await host.ReadAsync();
            var gap = Assert.Single(records, record => record.Gap is not null).Gap!;
            var told = JournalHost.Told(records).ToList();

            Assert.Null(broken);
            Assert.Equal(("/before", "/after"), (told[0], told[^1]));
            Assert.Equal(200, gap.Lost + told.Count - 2);
            Assert.InRange(gap.Lost, 100, 200);
        }
        finally
        {
            await host.StopAsync();
            await Command.OutputAsync(["umount", host.Folder], CancellationToken.None);
            await host.AgainAsync();
        }
    }

    [Fact]
    public async Task A_record_that_cannot_be_made_is_one_that_is_missing()
    {
        _host.Journal.Add(_ => throw new InvalidOperationException("a bug"));
        _host.Tell("/after");

        var (records, broken) = await _host.ReadAsync();

        Assert.Null(broken);
        Assert.Equal((1, "a bug"), Assert.Single(records, record => record.Gap is not null).Gap! is var gap ? (gap.Lost, gap.Reason) : default);
        Assert.Equal(["/after"], JournalHost.Told(records));
    }

    [Fact]
    public async Task Everybody_tells_at_the_same_time_and_nobody_is_lost_or_mixed()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 800), Cancel, (i, _) =>
        {
            _host.Tell($"/{i}");
            return ValueTask.CompletedTask;
        });

        var (records, broken) = await _host.ReadAsync();

        Assert.Null(broken);
        Assert.Equal(800, JournalHost.Told(records).Distinct().Count());
    }

    [Fact]
    public async Task More_than_can_wait_is_told_as_missing()
    {
        using var gate = new ManualResetEventSlim();
        _host.Journal.Add(_ =>
        {
            gate.Wait(Cancel);
            return JournalHost.Request("/first");
        });
        for (var i = 0; i < 2000; i++)
        {
            _host.Tell($"/{i}");
        }

        gate.Set();
        await _host.FlushAsync();
        _host.Tell("/after");
        var (records, broken) = await _host.ReadAsync();

        Assert.Null(broken);
        // One gap, or two: one before the loop came to the first record, one behind it.
        var lost = records.Sum(record => record.Gap?.Lost ?? 0);
        Assert.Equal(2002, lost + JournalHost.Told(records).Count());
        Assert.InRange(lost, 900, 1000);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("deleted")]
    [InlineData("appended")]
    public async Task A_file_that_somebody_changes_under_the_agent_is_told_and_its_chain_shows_it(string change)
    {
        foreach (var what in (string[])["/1", "/2", "/3"])
        {
            _host.Tell(what);
        }

        var lines = JournalHost.Lines(await _host.BytesAsync());
        switch (change)
        {
            case "cut":
                await File.WriteAllTextAsync(_host.Options.File, string.Concat(lines.Take(2).Select(line => line + "\n")), Cancel);
                break;
            case "deleted":
                File.Move(_host.Options.File, _host.Options.OlderFile);
                await File.WriteAllTextAsync(_host.Options.OlderFile, string.Concat(lines.Take(2).Select(line => line + "\n")), Cancel);
                break;
            default:
                await File.AppendAllTextAsync(_host.Options.File, lines[^1] + "\n", Encoding.UTF8, Cancel);
                break;
        }

        _host.Tell("/after");
        var text = Encoding.UTF8.GetString(await _host.BytesAsync());
        var (_, broken) = await _host.ReadAsync();

        Assert.Contains("somebody else changed the file", text, StringComparison.Ordinal);
        Assert.Contains("/after", text, StringComparison.Ordinal);
        Assert.NotNull(broken);
    }

    [Fact]
    public async Task Where_none_is_kept_there_is_no_file()
    {
        await using var host = new JournalHost(mostBytes: 0);
        host.Tell("/1");
        await host.StopAsync();

        Assert.Empty(Directory.GetFiles(host.Folder));
        Assert.False((await host.Journal.OpenAsync(Cancel)).Ok);
        await host.AgainAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}
