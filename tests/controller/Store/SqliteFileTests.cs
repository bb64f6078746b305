// SQLite's file: made when it is not there, and what is said when it cannot be used.
using Amphora.Controller.Store;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Store;

[Collection(typeof(DatabaseSuites))]
public sealed class SqliteFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_stored_is_there_when_the_file_is_opened_again()
    {
        LoadBalancerRow row = new() { Id = Guid.NewGuid(), ProjectId = "p1", Name = "web" };
        await using (IDatabase first = await OpenAsync("store.db"))
        {
            await first.InTransactionAsync((transaction, token) => new LoadBalancerRows(transaction).InsertAsync(row, token), Token);
        }

        await using IDatabase second = await OpenAsync("store.db");
        LoadBalancerRow? read = await second.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).GetAsync(row.Id, token), Token);

        Assert.Equal("web", read?.Name);
    }

    [Fact]
    public async Task It_is_private_and_its_write_ahead_log_is_gone_when_it_is_closed()
    {
        await using (await OpenAsync("store.db"))
        {
            Assert.True(File.Exists(_folder["store.db-wal"]));
            Assert.All(Directory.GetFiles(_folder.Path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        }

        Assert.Equal(["store.db"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_writer()
    {
        await using IDatabase database = await OpenAsync("store.db");
        LoadBalancerRow row = new() { Id = Guid.NewGuid(), ProjectId = "p1" };

        LoadBalancerRow? seen = await database.InTransactionAsync(
            async (transaction, token) =>
            {
                await new LoadBalancerRows(transaction).InsertAsync(row, token);
                return await database.ReadAsync((reader, inner) => new LoadBalancerRows(reader).GetAsync(row.Id, inner), token);
            },
            Token);

        Assert.Null(seen);
    }

    [Theory]
    [InlineData("nowhere/store.db", null)]
    [InlineData("store.db", "this is not a database, but long enough to have a header that says so, is it not?")]
    public async Task A_file_that_cannot_be_used_is_named(string name, string? content)
    {
        if (content is not null)
        {
            _folder.Write(name, string.Concat(Enumerable.Repeat(content, 20)));
        }

        DatabaseUnavailableException refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OpenAsync(name));

        Assert.Contains(_folder[name], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_is_full_is_told_and_used_again_when_it_is_not()
    {
        await Command.OutputAsync(["mount", "-t", "tmpfs", "-o", "size=512k", "amphora-test", _folder.Path], Token);
        try
        {
            await using IDatabase database = await OpenAsync("store.db");
            string filler = _folder.Write("filler", "");
            await FillAsync(filler);

            DatabaseUnavailableException full = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => InsertManyAsync(database));
            File.Delete(filler);
            await database.InTransactionAsync((transaction, token) => InsertAsync(transaction, token), Token);

            Assert.Contains("full", full.Message, StringComparison.Ordinal);
            Assert.Single(await database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), Token));
        }
        finally
        {
            await Command.OutputAsync(["umount", _folder.Path], CancellationToken.None);
        }
    }

    private static Task InsertManyAsync(IDatabase database) => database.InTransactionAsync(
        async (transaction, token) =>
        {
            for (int i = 0; i < 500; i++)
            {
                await InsertAsync(transaction, token);
            }
        },
        Token);

    private static Task InsertAsync(DatabaseTransaction transaction, CancellationToken token) =>
        new LoadBalancerRows(transaction).InsertAsync(new LoadBalancerRow { Id = Guid.NewGuid(), ProjectId = "p1" }, token);

    private static async Task FillAsync(string path)
    {
        try
        {
            await using FileStream file = new(path, FileMode.Append);
            while (true)
            {
                await file.WriteAsync(new byte[4096], Token);
                await file.FlushAsync(Token);
            }
        }
        catch (IOException)
        {
            // Full: that is what it is for.
        }
    }

    private Task<IDatabase> OpenAsync(string name) => StoreSlice.OpenSqliteAsync(_folder[name], TimeProvider.System, Token);
}
