// The few things in which the SQL of the two engines differs.
using System.Data.Common;
using System.Globalization;

namespace Amphora.Controller.Store.Engine;

/// <summary>The type of a column of <see cref="SqlDialect.Table"/>.</summary>
internal enum SqlType
{
    /// <summary>An id.</summary>
    Id,

    /// <summary>A time.</summary>
    Time,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,
}

/// <summary>How an engine spells types, locks and values.</summary>
internal abstract class SqlDialect
{
    /// <summary>SQLite: ids and times are text that sorts as it should; one writer at a time needs no locks.</summary>
    public static SqlDialect Sqlite { get; } = new SqliteDialect();

    /// <summary>PostgreSQL: its own types; a row that is read to be changed is locked.</summary>
    public static SqlDialect Postgres { get; } = new PostgresDialect();

    /// <summary>Most rows of one statement; a batch that is larger takes several.</summary>
    public abstract int MostRows { get; }

    /// <summary>Most rows of one <see cref="Table"/>.</summary>
    public abstract int MostTableRows { get; }

    /// <summary>Rows as the body of a common table expression, which names their columns.</summary>
    /// <param name="types">Of the columns.</param>
    /// <param name="rows">The values.</param>
    public abstract SqlText Table(IReadOnlyList<SqlType> types, IEnumerable<object?[]> rows);

    /// <summary>A statement after which nobody else migrates before the transaction ends.</summary>
    public abstract SqlFragment LockSchema { get; }

    /// <summary>A statement after which nobody else counts spares before the transaction ends.</summary>
    public abstract SqlFragment LockSpares { get; }

    /// <summary>At the end of a query whose rows are changed next.</summary>
    public abstract SqlFragment ForUpdate { get; }

    /// <summary>At the end of a query whose rows must not go away before the transaction ends.</summary>
    /// <param name="table">Which table's rows.</param>
    public abstract SqlFragment ForKeyShare(string table);

    /// <summary>At the end of a query for a row that nobody else takes at the same time.</summary>
    /// <param name="table">Which table's row.</param>
    public abstract SqlFragment SkipLocked(string table);

    /// <summary>The text of a migration: <c>{uuid}</c>, <c>{timestamp}</c>, <c>{boolean}</c>, <c>{number}</c>, and <c>{strict}</c> after a table.</summary>
    public abstract string Translate(string migration);

    /// <summary>A value as the engine's library takes it.</summary>
    public abstract object ToParameter(object? value);

    /// <summary>A time.</summary>
    public abstract DateTimeOffset ReadTime(DbDataReader reader, int column);

    private sealed class SqliteDialect : SqlDialect
    {
        // Of one length, so that the order of texts is the order of times.
        private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

        // Its library looks through all parameters for each: 1000 members at once took seconds, and one more statement costs next to nothing.
        public override int MostRows => 100;

        public override int MostTableRows => MostRows;

        public override SqlText Table(IReadOnlyList<SqlType> types, IEnumerable<object?[]> rows) => $"VALUES {new SqlValues(rows)}";

        // Being the one writer is enough.
        public override SqlFragment LockSchema { get; } = new("SELECT 1");

        public override SqlFragment LockSpares => LockSchema;

        public override SqlFragment ForUpdate => default;

        public override SqlFragment ForKeyShare(string table) => default;

        public override SqlFragment SkipLocked(string table) => default;

        public override string Translate(string migration) => migration
            .Replace("{uuid}", "TEXT", StringComparison.Ordinal)
            .Replace("{timestamp}", "TEXT", StringComparison.Ordinal)
            .Replace("{boolean}", "INTEGER", StringComparison.Ordinal)
            .Replace("{number}", "INTEGER", StringComparison.Ordinal)
            .Replace("{strict}", " STRICT", StringComparison.Ordinal);

        public override object ToParameter(object? value) => value switch
        {
            null => DBNull.Value,
            Guid id => id.ToString("D"),
            DateTimeOffset time => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            bool truth => truth ? 1L : 0L,
            _ => value,
        };

        public override DateTimeOffset ReadTime(DbDataReader reader, int column) => DateTimeOffset.ParseExact(
            reader.GetString(column), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
    }

    private sealed class PostgresDialect : SqlDialect
    {
        // The protocol has room for 65,535 parameters.
        public override int MostRows => 1000;

        public override int MostTableRows => 10_000;

        // One parameter: thousands of them cost the client and the server more than what is done with them.
        public override SqlText Table(IReadOnlyList<SqlType> types, IEnumerable<object?[]> rows) =>
            $"SELECT * FROM json_to_recordset({SqlTableText.Write(rows)}::json) AS told ({new SqlFragment(SqlTableText.Columns(types))})";

        // The numbers are ours alone in this database; the first one spells "amphora".
        public override SqlFragment LockSchema { get; } = new("SELECT pg_advisory_xact_lock(27423402296832609)");

        public override SqlFragment LockSpares { get; } = new("SELECT pg_advisory_xact_lock(27423402296832610)");

        public override SqlFragment ForUpdate { get; } = new(" FOR UPDATE");

        public override SqlFragment ForKeyShare(string table) => new($" FOR KEY SHARE OF {table}");

        public override SqlFragment SkipLocked(string table) => new($" FOR UPDATE OF {table} SKIP LOCKED");

        public override string Translate(string migration) => migration
            .Replace("{uuid}", "uuid", StringComparison.Ordinal)
            .Replace("{timestamp}", "timestamptz", StringComparison.Ordinal)
            .Replace("{boolean}", "boolean", StringComparison.Ordinal)
            .Replace("{number}", "bigint", StringComparison.Ordinal)
            .Replace("{strict}", "", StringComparison.Ordinal);

        public override object ToParameter(object? value) => value switch
        {
            null => DBNull.Value,
            DateTimeOffset time => time.ToUniversalTime(),
            _ => value,
        };

        public override DateTimeOffset ReadTime(DbDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);
    }
}
