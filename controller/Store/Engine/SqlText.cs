// SQL with its values: what stands in braces of an interpolated string is a parameter, never text.
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Amphora.Controller.Store.Engine;

/// <summary>Text that may stand in SQL as it is: written in this program, not by anybody else.</summary>
internal readonly record struct SqlFragment(string Text);

/// <summary>Rows of values, for VALUES.</summary>
internal readonly record struct SqlValues(IEnumerable<object?[]> Rows);

/// <summary>A statement. A value of a type without an overload does not compile: enumerations are spelled by who uses them.</summary>
[InterpolatedStringHandler]
[SuppressMessage("Performance", "CA1822", Justification = "The compiler calls the methods on the handler.")]
internal sealed class SqlText
{
    // Stands for the next value; what is put together of parts is numbered at the end.
    private const char Placeholder = '\u0001';

    private readonly StringBuilder _text;
    private readonly List<object?> _values;

    /// <summary>Called by the compiler.</summary>
    public SqlText(int literalLength, int formattedCount) =>
        (_text, _values) = (new StringBuilder(literalLength + (formattedCount * 4)), new List<object?>(formattedCount));

    /// <summary>A condition that follows another one; null: any project.</summary>
    public static SqlText AndProject(string? projectId)
    {
        if (projectId is null)
        {
            return $"";
        }

        return $"AND project_id = {projectId}";
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <summary>Text as it is.</summary>
    public void AppendFormatted(SqlFragment fragment) => _text.Append(fragment.Text);

    /// <summary>Another statement's text and parameters, as a condition.</summary>
    public void AppendFormatted(SqlText part)
    {
        _text.Append(part._text);
        _values.AddRange(part._values);
    }

    /// <summary>A parameter.</summary>
    public void AppendFormatted(string? value) => Add(value);

    /// <summary>A parameter.</summary>
    public void AppendFormatted(Guid? value) => Add(value);

    /// <summary>A parameter.</summary>
    public void AppendFormatted(long? value) => Add(value);

    /// <summary>A parameter.</summary>
    public void AppendFormatted(int? value) => Add(value);

    /// <summary>A parameter.</summary>
    public void AppendFormatted(bool value) => Add(value);

    /// <summary>A parameter.</summary>
    public void AppendFormatted(DateTimeOffset? value) => Add(value);

    /// <summary>A parameter, spelled as the address's shortest text.</summary>
    public void AppendFormatted(IPAddress? value) => Add(value?.ToString());

    /// <summary>Parameters with commas between them, for IN.</summary>
    public void AppendFormatted(IEnumerable<string> values) => AddAll(values);

    /// <summary>Parameters with commas between them, for IN.</summary>
    public void AppendFormatted(IEnumerable<Guid> values) => AddAll(values.Cast<object?>());

    /// <summary>Rows in parentheses with commas between them, for VALUES.</summary>
    public void AppendFormatted(SqlValues values)
    {
        var separator = "(";
        foreach (var row in values.Rows)
        {
            _text.Append(separator);
            AddAll(row);
            _text.Append(')');
            separator = ", (";
        }
    }

    /// <summary>Puts text and parameters into a command.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Values are parameters; all else is text of this program.")]
    internal void WriteTo(DbCommand command, SqlDialect dialect)
    {
        var text = new StringBuilder(_text.Length + (_values.Count * 4));
        foreach (var chunk in _text.GetChunks())
        {
            Number(chunk.Span, text, command, dialect);
        }

        command.CommandText = text.ToString();
    }

    private void Number(ReadOnlySpan<char> part, StringBuilder text, DbCommand command, SqlDialect dialect)
    {
        for (var at = part.IndexOf(Placeholder); at >= 0; at = part.IndexOf(Placeholder))
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}");
            parameter.Value = dialect.ToParameter(_values[command.Parameters.Count]);
            command.Parameters.Add(parameter);
            text.Append(part[..at]).Append(parameter.ParameterName);
            part = part[(at + 1)..];
        }

        text.Append(part);
    }

    private void AddAll(IEnumerable<object?> values)
    {
        var separator = "";
        foreach (var value in values)
        {
            _text.Append(separator);
            Add(value);
            separator = ", ";
        }
    }

    private void Add(object? value)
    {
        _text.Append(Placeholder);
        _values.Add(value);
    }
}
