// What is wrong with a template: the template author's fault, never the document's.
using System.Diagnostics.CodeAnalysis;

namespace Amphora.Templates.Language;

/// <summary>A template that cannot be read or run. <see cref="Exception.Message"/> is <c>file(line,column): sentence</c>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "never made without a place")]
public sealed class TemplateException : Exception
{
    internal TemplateException(Position position, string sentence)
        : base($"{position.File}({position.Line},{position.Column}): {sentence}") =>
        (File, Line, Column, Sentence) = (position.File, position.Line, position.Column, sentence);

    /// <summary>Name of an embedded template, or path of the file on disk.</summary>
    public string File { get; }

    /// <summary>Line, counted from 1; 0 when the file as a whole is meant.</summary>
    public int Line { get; }

    /// <summary>Column in UTF-16 units, counted from 1; 0 when the file as a whole is meant.</summary>
    public int Column { get; }

    /// <summary>The message without the place.</summary>
    public string Sentence { get; }
}

/// <summary>A place in a template.</summary>
internal readonly record struct Position(string File, int Line, int Column);
