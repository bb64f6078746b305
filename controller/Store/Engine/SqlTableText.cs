// Rows as one JSON text, for PostgreSQL's json_to_recordset.
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Amphora.Controller.Store.Engine;

/// <summary>Writes them; columns are a, b, c, ….</summary>
internal static class SqlTableText
{
    private const string Names = "abcdefghij";

    /// <summary>The columns' names and types.</summary>
    public static string Columns(IReadOnlyList<SqlType> types) => string.Join(", ", types.Select(static (type, at) => $"{Names[at]} {Word(type)}"));

    /// <summary>An array of an object a row.</summary>
    public static string Write(IEnumerable<object?[]> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                for (var at = 0; at < row.Length; at++)
                {
                    Write(json, Names.AsSpan(at, 1), row[at]);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<char> name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case Guid id:
                json.WriteString(name, id);
                break;
            case DateTimeOffset time:
                json.WriteString(name, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case string text:
                json.WriteString(name, text);
                break;
            default:
                throw new ArgumentException($"cannot put a {value.GetType().Name} into a table");
        }
    }

    private static string Word(SqlType type) => type switch
    {
        SqlType.Id => "uuid",
        SqlType.Time => "timestamptz",
        SqlType.Number => "bigint",
        _ => "text",
    };
}
