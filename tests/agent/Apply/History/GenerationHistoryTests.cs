// What is remembered of generations, on a disk where anything may be cut off.
using System.Text;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Apply.History;

public sealed class GenerationHistoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly CommitTerms s_onTrial = new(null, TimeSpan.FromMinutes(1));

    private readonly HistoryHost _host = new(keep: 3);

    public void Dispose() => _host.Dispose();

    [Fact]
    public void The_last_ones_are_there_after_a_start_and_no_others()
    {
        foreach (var text in (string[])["one", "two", "three", "four", "five"])
        {
            _host.Apply(text);
        }

        _host.Again();

        Assert.Equal([3, 4, 5], Sequences());
        Assert.Equal(["three", "four", "five"], Sequences().Select(_host.Text));
        Assert.Equal(6, Directory.GetFiles(_host.Folder).Length);
        Assert.Equal(6, _host.Apply("six"));
    }

    [Fact]
    public void Only_root_may_read_them()
    {
        _host.Apply("one", s_onTrial);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_host.Folder));
        Assert.All(Directory.GetFiles(_host.Folder), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void What_is_not_confirmed_is_nothing_to_go_back_to()
    {
        _host.Apply("good");
        _host.Apply("two", s_onTrial);
        _host.Apply("three", s_onTrial);

        Assert.Equal(1, _host.History.InForce(HistoryHost.Id)!.GoesBackTo);
        Assert.Null(_host.Windows.End(HistoryHost.Id));
        _host.Apply("four");
        Assert.Equal(3, _host.History.InForce(HistoryHost.Id)!.GoesBackTo);
    }

    [Fact]
    public void What_would_be_put_back_stays_however_many_come_behind_it()
    {
        _host.Apply("good");
        foreach (var text in (string[])["two", "three", "four", "five"])
        {
            _host.Apply(text, s_onTrial);
        }

        Assert.Equal([1, 3, 4, 5], Sequences());
        Assert.Equal("good", _host.Text(1));
    }

    [Fact]
    public void The_first_half_alone_is_nothing()
    {
        _host.Apply("one");
        _host.Stage("two");
        var staged = Directory.GetFiles(_host.Folder).Length;

        _host.Again();

        Assert.Equal([1], Sequences());
        Assert.Equal((3, 2), (staged, Directory.GetFiles(_host.Folder).Length));
        Assert.Equal(2, _host.Apply("three"));
    }

    [Theory]
    [InlineData(".2.json.tmp-Ab3dEf")]
    [InlineData("9.content")]
    [InlineData("9.window")]
    public void What_a_killed_writer_left_is_gone_after_the_start(string leftover)
    {
        _host.Apply("one");
        File.WriteAllText(Path.Combine(_host.Folder, leftover), "half");

        _host.Again();

        Assert.Equal([1], Sequences());
        Assert.False(File.Exists(Path.Combine(_host.Folder, leftover)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"sequence\":2,")]
    [InlineData("null")]
    [InlineData("{\"sequence\":7,\"managed_by\":\"1.0\",\"digest\":\"\",\"applied_at\":\"2024-01-01T00:00:00Z\",\"summary\":\"\"}")]
    public void An_entry_that_cannot_be_read_leaves_the_others_and_its_number_is_not_given_again(string content)
    {
        _host.Apply("one");
        _host.Apply("two");
        File.WriteAllText(Path.Combine(_host.Folder, "2.json"), content);

        _host.Again();

        Assert.Equal([1], Sequences());
        Assert.Equal(3, _host.Apply("three"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("on")]
    [InlineData("won")]
    public void A_content_that_is_not_what_it_was_is_a_failure_that_names_the_entry(string content)
    {
        _host.Apply("one");
        File.WriteAllText(Path.Combine(_host.Folder, "1.content"), content);

        var read = _host.History.ReadContent(HistoryHost.Id, _host.History.InForce(HistoryHost.Id)!);

        Assert.Contains("entry 1", read.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_outlives_the_agent_and_ends_when_it_is_confirmed()
    {
        _host.Apply("one");
        _host.Apply("two", new CommitTerms(Before("a"), TimeSpan.FromMinutes(1)));

        _host.Again();
        var window = _host.History.ReadWindow(HistoryHost.Id, 2)!;
        _host.Windows.Replace(HistoryHost.Id, window);
        Assert.Null(_host.Windows.End(HistoryHost.Id));

        Assert.Equal(Before("a"), window.Before);
        Assert.InRange(window.ConfirmBy!.Value - _host.Windows.Now, 1, 60_000);
        Assert.Null(_host.History.ReadWindow(HistoryHost.Id, 2));
    }

    [Fact]
    public void The_next_generation_ends_the_window_of_the_one_before()
    {
        _host.Apply("one");
        _host.Apply("two", s_onTrial);
        _host.Apply("three", s_onTrial);

        Assert.Null(_host.History.ReadWindow(HistoryHost.Id, 2));
        Assert.NotNull(_host.History.ReadWindow(HistoryHost.Id, 3));
    }

    [Fact]
    public void Certificates_come_back_as_they_were_and_go_with_the_last_generation_that_names_them()
    {
        Write("a.pem", "first");
        _host.Apply("one", null, "a.pem", "absent.pem");
        Write("a.pem", "second");
        Write("b.pem", "other");
        _host.Apply("two", null, "a.pem", "b.pem");
        Assert.Null(_host.Certificates.Delete(HistoryHost.Id, "b.pem"));

        Assert.Null(_host.Archive.PutBack(HistoryHost.Id, _host.History.Find(HistoryHost.Id, 1)!.Certificates));
        var first = Encoding.UTF8.GetString(_host.Certificates.Read(HistoryHost.Id, "a.pem")!);
        Assert.Null(_host.Archive.PutBack(HistoryHost.Id, _host.History.Find(HistoryHost.Id, 2)!.Certificates));
        var (kept, mode) = (Directory.GetFiles(_host.ArchiveFolder).Length, File.GetUnixFileMode(_host.ArchiveFolder));
        foreach (var text in (string[])["three", "four", "five"])
        {
            _host.Apply(text);
        }

        Assert.Equal("first", first);
        Assert.Equal("second", Encoding.UTF8.GetString(_host.Certificates.Read(HistoryHost.Id, "a.pem")!));
        Assert.Equal("other", Encoding.UTF8.GetString(_host.Certificates.Read(HistoryHost.Id, "b.pem")!));
        Assert.Equal((3, OwnerOnly | UnixFileMode.UserExecute), (kept, mode));
        Assert.Empty(Directory.GetFiles(_host.ArchiveFolder));
    }

    [Fact]
    public void A_certificate_that_was_kept_and_is_damaged_is_not_put_back()
    {
        Write("a.pem", "first");
        _host.Apply("one", null, "a.pem");
        Write("a.pem", "second");
        File.WriteAllText(Directory.GetFiles(_host.ArchiveFolder)[0], "damaged");

        var failure = _host.Archive.PutBack(HistoryHost.Id, _host.History.InForce(HistoryHost.Id)!.Certificates);

        Assert.Contains("damaged", failure!.Message, StringComparison.Ordinal);
        Assert.Equal("second", Encoding.UTF8.GetString(_host.Certificates.Read(HistoryHost.Id, "a.pem")!));
    }

    private static BeforeCommit Before(string member) => new()
    {
        Worker = 7,
        Pools = [new PoolBefore("p:l", [member], 2, IsChecked: true)],
        Listeners = [new ListenerBefore("l", 100, 1, 50, 1)],
    };

    private void Write(string file, string content) => Assert.True(_host.Certificates.Write(HistoryHost.Id, file, Encoding.UTF8.GetBytes(content)).Ok);

    private IEnumerable<long> Sequences() => _host.History.Find(HistoryHost.Id).Select(entry => entry.Sequence);
}
