// The current row of a query, by the names of its columns.
using System.Data.Common;
using System.Net;
using Amphora.Contract;

namespace Amphora.Controller.Store.Engine;

/// <summary>Reads what the program wrote: a value that cannot be read is a bug.</summary>
internal sealed class SqlRow(DbDataReader reader, SqlDialect dialect)
{
    /// <summary>A text that is always there.</summary>
    public string Text(string column) => reader.GetString(reader.GetOrdinal(column));

    /// <summary>A text or null.</summary>
    public string? TextOrNull(string column) => At(column) is { } at ? reader.GetString(at) : null;

    /// <summary>An id that is always there.</summary>
    public Guid Id(string column) => reader.GetGuid(reader.GetOrdinal(column));

    /// <summary>An id or null.</summary>
    public Guid? IdOrNull(string column) => At(column) is { } at ? reader.GetGuid(at) : null;

    /// <summary>A truth.</summary>
    public bool Truth(string column) => reader.GetBoolean(reader.GetOrdinal(column));

    /// <summary>A number that is always there.</summary>
    public long Number(string column) => reader.GetInt64(reader.GetOrdinal(column));

    /// <summary>A number or null.</summary>
    public int? NumberOrNull(string column) => At(column) is { } at ? checked((int)reader.GetInt64(at)) : null;

    /// <summary>A time that is always there.</summary>
    public DateTimeOffset Time(string column) => dialect.ReadTime(reader, reader.GetOrdinal(column));

    /// <summary>A time or null.</summary>
    public DateTimeOffset? TimeOrNull(string column) => At(column) is { } at ? dialect.ReadTime(reader, at) : null;

    /// <summary>An address or null.</summary>
    public IPAddress? AddressOrNull(string column) => TextOrNull(column) is { } text ? IPAddress.Parse(text) : null;

    /// <summary>A value of an enumeration.</summary>
    public T Word<T>(string column, WireTable<T> words)
        where T : struct, Enum => Read(Text(column), column, words);

    /// <summary>A value of an enumeration or null.</summary>
    public T? WordOrNull<T>(string column, WireTable<T> words)
        where T : struct, Enum => TextOrNull(column) is { } text ? Read(text, column, words) : null;

    private static T Read<T>(string text, string column, WireTable<T> words)
        where T : struct, Enum => words.TryRead(text, out var value) ? value : throw new FormatException($"{column} in the database: not {text}");

    private int? At(string column)
    {
        var at = reader.GetOrdinal(column);
        return reader.IsDBNull(at) ? null : at;
    }
}
