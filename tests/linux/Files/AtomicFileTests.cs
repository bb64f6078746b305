// Atomic files on real file systems: full disks, killed writers, modes.
using System.Diagnostics;
using System.Text;
using Amphora.Linux.Files;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;
using Xunit;

namespace Amphora.Linux.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _directory = Directory.CreateTempSubdirectory("atomic-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_written_file_has_the_content_and_exactly_the_mode_and_nothing_is_left_beside_it()
    {
        var path = Path.Combine(_directory, "haproxy.cfg");

        var changed = AtomicFile.WriteText(path, "global\n", Everyone);

        Assert.True(changed);
        Assert.Equal("global\n", File.ReadAllText(path));
        Assert.Equal(Everyone, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_replaced_file_has_the_content_and_the_mode_and_a_refused_one_is_as_it_was()
    {
        var path = Path.Combine(_directory, "counters");
        AtomicFile.Replace(path, "{}"u8, Everyone);
        AtomicFile.Replace(path, "{\"a\":1}"u8, OwnerOnly);

        var refused = Assert.Throws<LinuxException>(() => AtomicFile.Replace(Path.Combine(_directory, "nowhere", "counters"), "{}"u8, OwnerOnly));

        Assert.Equal(("{\"a\":1}", OwnerOnly), (File.ReadAllText(path), File.GetUnixFileMode(path)));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory));
        Assert.Equal(Libc.ENOENT, refused.Errno);
    }

    [Fact]
    public void An_equal_file_is_not_touched()
    {
        var path = Path.Combine(_directory, "same");
        AtomicFile.WriteText(path, "x", OwnerOnly);
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, longAgo);

        var changed = AtomicFile.WriteText(path, "x", OwnerOnly);

        Assert.False(changed);
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void Another_mode_is_a_change()
    {
        var path = Path.Combine(_directory, "secret.pem");
        AtomicFile.WriteText(path, "x", Everyone);

        var changed = AtomicFile.WriteText(path, "x", OwnerOnly);

        Assert.True(changed);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_reader_sees_the_old_content_or_the_new_and_never_a_part()
    {
        var path = Path.Combine(_directory, "big");
        var contents = new[] { new string('a', 300_000), new string('b', 200_000) };
        AtomicFile.WriteText(path, contents[0], OwnerOnly);
        using var stop = new CancellationTokenSource();

        var broken = 0;
        var reader = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                broken += contents.Contains(File.ReadAllText(path)) ? 0 : 1;
            }
        });
        reader.Start();
        for (var i = 1; i < 40; i++)
        {
            AtomicFile.WriteText(path, contents[i % 2], OwnerOnly);
        }

        stop.Cancel();
        reader.Join();
        Assert.Equal(0, broken);
    }

    [Fact]
    public void A_prepared_file_appears_with_the_commit_and_its_temporary_name_is_gone()
    {
        var path = Path.Combine(_directory, "two-phase");
        File.WriteAllText(path, "old");

        using var prepared = AtomicFile.PrepareText(path, "new", OwnerOnly);
        var before = File.ReadAllText(path);
        prepared.Commit();
        prepared.Commit();

        Assert.Equal("old", before);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_prepared_file_that_is_not_committed_leaves_nothing()
    {
        var path = Path.Combine(_directory, "not-committed");

        AtomicFile.PrepareText(path, "new", OwnerOnly).Dispose();

        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void Deleting_twice_is_deleting_once()
    {
        var path = Path.Combine(_directory, "gone");
        File.WriteAllText(path, "x");

        var first = AtomicFile.Delete(path);
        var second = AtomicFile.Delete(path);

        Assert.True(first);
        Assert.False(second);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_missing_directory_is_an_error_that_names_the_path()
    {
        var path = Path.Combine(_directory, "nowhere", "file");

        var exception = Assert.Throws<LinuxException>(() => AtomicFile.WriteText(path, "x", OwnerOnly));

        Assert.Equal(Libc.ENOENT, exception.Errno);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_leaves_the_earlier_file_whole()
    {
        await using var disk = await SmallDisk.MountAsync(_directory, TestContext.Current.CancellationToken);
        var path = Path.Combine(disk.Directory, "file");
        AtomicFile.WriteText(path, "old", OwnerOnly);

        var exception = Assert.Throws<LinuxException>(() => AtomicFile.Write(path, new byte[SmallDisk.Size], OwnerOnly));

        Assert.Equal(Libc.ENOSPC, exception.Errno);
        Assert.StartsWith("write ", exception.Call, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(disk.Directory));
    }

    [Fact]
    public async Task Of_many_prepared_files_none_is_replaced_when_the_disk_is_full_at_the_last()
    {
        await using var disk = await SmallDisk.MountAsync(_directory, TestContext.Current.CancellationToken);
        var first = Path.Combine(disk.Directory, "first");
        AtomicFile.WriteText(first, "old", OwnerOnly);

        using (AtomicFile.Prepare(first, new byte[SmallDisk.Size / 4], OwnerOnly))
        {
            Assert.Throws<LinuxException>(() => AtomicFile.Prepare(Path.Combine(disk.Directory, "second"), new byte[SmallDisk.Size], OwnerOnly));
        }

        Assert.Equal("old", File.ReadAllText(first));
        Assert.Equal([first], Directory.GetFileSystemEntries(disk.Directory));
    }

    [Fact]
    public async Task A_writer_killed_between_prepare_and_commit_leaves_the_old_file_and_a_leftover_that_can_be_cleaned()
    {
        var path = Path.Combine(_directory, "file");
        File.WriteAllText(path, "old");
        await KillWriterAfterPrepareAsync(path, TestContext.Current.CancellationToken);

        var leftovers = Directory.GetFiles(_directory).Count(file => file != path);
        var cleaned = AtomicFile.CleanLeftovers(_directory);

        Assert.Equal(1, leftovers);
        Assert.Equal(1, cleaned);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void Cleaning_leaves_other_peoples_files_alone()
    {
        string[] others = [".hidden", ".tmp-abcdef", "file.tmp-abcdef", ".file.tmp-abc", ".file.tmp-abcdefg"];
        foreach (var name in others)
        {
            File.WriteAllText(Path.Combine(_directory, name), "x");
        }

        var cleaned = AtomicFile.CleanLeftovers(_directory);

        Assert.Equal(0, cleaned);
        Assert.Equal(others.Length, Directory.GetFiles(_directory).Length);
    }

    // This very program, started again: see KilledWriter.
    private static async Task KillWriterAfterPrepareAsync(string path, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(AtomicFileTests).Assembly.Location);
        }

        start.Environment[KilledWriter.Variable] = path;
        using var writer = Process.Start(start)!;
        var ready = new StringBuilder();
        while (await writer.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            ready.AppendLine(line);
            if (line == KilledWriter.Prepared)
            {
                writer.Kill();
                await writer.WaitForExitAsync(cancellationToken);
                return;
            }
        }

        Assert.Fail($"the writer ended before it was killed: {ready}");
    }
}
