// SQLite: one file, many readers, one writer.
using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Amphora.Controller.Store.Engine;

/// <summary>A file. Readers never wait (WAL); writers of this process wait for their turn without holding a thread, those of others
/// within five seconds.</summary>
internal sealed class SqliteDatabase : IDatabase
{
    // The journal's mode is the file's and stays; the rest is the connection's. A reader that writes is refused, as by PostgreSQL.
    private const string PrepareReader = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON";
    private const string PrepareWriter = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA query_only = OFF";

    // After that the library asks in steps of 150 ms for so many seconds more.
    private const int BusySecondsOfLibrary = 1;

    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(10);

    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int NotADatabase = 26;

    private readonly string _path;
    private readonly string _connectionString;
    private readonly SemaphoreSlim _turn = new(1, 1);

    // The library finds it by reflection, of which a native program has none.
    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    /// <summary>A database in a file that is made when it is not there.</summary>
    public SqliteDatabase(string path, TimeProvider clock)
    {
        (_path, Clock) = (Path.GetFullPath(path), clock);
        MakePrivate(_path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            ForeignKeys = true,
            Pooling = true,
            DefaultTimeout = BusySecondsOfLibrary,
        }.ToString();
    }

    /// <inheritdoc/>
    public string Name => $"the database {_path}";

    /// <inheritdoc/>
    public SqlDialect Dialect => SqlDialect.Sqlite;

    /// <inheritdoc/>
    public TimeProvider Clock { get; }

    /// <inheritdoc/>
    public async Task<DatabaseTransaction> BeginAsync(DatabaseAccess access, CancellationToken cancellationToken)
    {
        var write = access == DatabaseAccess.Write;
        if (write && !await _turn.WaitAsync(TurnLimit, cancellationToken))
        {
            throw new SqliteException($"another transaction of this program did not end within {TurnLimit.TotalSeconds} s", Busy);
        }

        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return new DatabaseTransaction(Begin(connection, write), Dialect, access, Clock.GetUtcNow(), write ? _turn : null);
        }
        catch
        {
            await connection.DisposeAsync();
            if (write)
            {
                _turn.Release();
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public DatabaseTrouble TroubleOf(DbException exception) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        Busy or Locked or Protocol => DatabaseTrouble.Contention,
        ReadOnly or InputOutput or Corrupt or Full or CannotOpen or NotADatabase => DatabaseTrouble.Unavailable,
        _ => DatabaseTrouble.Bug,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    // VRRP passwords are in it. SQLite gives the files beside it the same permissions.
    private static void MakePrivate(string path)
    {
        try
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is there already, or SQLite says in a moment why it cannot be.
        }
    }

    // The library has no asynchronous calls underneath.
    private static SqliteTransaction Begin(SqliteConnection connection, bool write)
    {
        using (var command = connection.CreateCommand())
        {
            if (write)
            {
                command.CommandText = PrepareWriter;
            }
            else
            {
                command.CommandText = PrepareReader;
            }

            command.ExecuteNonQuery();
        }

        // BEGIN IMMEDIATE for a writer: it never has to give up in the middle because another one was first.
        return connection.BeginTransaction(IsolationLevel.Serializable, deferred: !write);
    }
}
