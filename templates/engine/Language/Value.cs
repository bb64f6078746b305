// A value at run time: what it is, whether it may be printed as it stands, and where in the document it comes from.
using System.Globalization;
using Amphora.Templates.Encoding;

namespace Amphora.Templates.Language;

internal enum ValueKind : byte
{
    Null,
    Boolean,
    Integer,
    Number,
    String,
    List,
    Object,
}

/// <summary>How far a string may be trusted. The rule of the language: what is made from strings is as little trusted as the least
/// trusted of them, and text that is encoded already is never mixed with text that is not (<see cref="Strings.Mix"/>).</summary>
internal enum Trust : byte
{
    /// <summary>From the model, or made with something from there: passes the encoder when printed.</summary>
    Value,

    /// <summary>Written in the template: printed as it stands, and encoded as soon as it is joined with a value.</summary>
    Literal,

    /// <summary>Output of an encoder or of a template: printed as it stands.</summary>
    Encoded,
}

/// <summary>A value. 40 bytes and no allocation for numbers; the origin costs nothing until something is refused.</summary>
internal readonly struct Value
{
    private readonly object? _reference;
    private readonly long _bits;
    private readonly object? _owner;
    private readonly string? _member;

    private Value(ValueKind kind, object? reference, long bits, Trust trust = Trust.Value, object? owner = null, string? member = null) =>
        (Kind, _reference, _bits, Trust, _owner, _member) = (kind, reference, bits, trust, owner, member);

    public static Value Null => default;

    public static Value True { get; } = new(ValueKind.Boolean, null, 1);

    public static Value False { get; } = new(ValueKind.Boolean, null, 0);

    public ValueKind Kind { get; }

    public Trust Trust { get; }

    public bool IsNull => Kind == ValueKind.Null;

    public bool IsString => Kind == ValueKind.String;

    public bool IsNumeric => Kind is ValueKind.Integer or ValueKind.Number;

    /// <summary>Only null and false are false; 0 and "" are true.</summary>
    public bool IsTruthy => Kind != ValueKind.Null && (Kind != ValueKind.Boolean || _bits != 0);

    public bool Boolean => _bits != 0;

    public long Integer => _bits;

    public double Number => Kind == ValueKind.Integer ? _bits : BitConverter.Int64BitsToDouble(_bits);

    public string String => (string)_reference!;

    public ITemplateObject Object => (ITemplateObject)_reference!;

    public TemplateList List => (TemplateList)_reference!;

    public object? Owner => _owner;

    public string? Member => _member;

    /// <summary>True when a refusal could be blamed on a place of the document.</summary>
    public bool HasOrigin => _owner is not null;

    /// <summary>JSON pointer of the value; null when it does not come from the document.</summary>
    public string? Path => _owner switch
    {
        ITemplateObject owner => owner.PathOf(_member!),
        Origin origin => origin.Path,
        _ => null,
    };

    /// <summary>What it is, for messages.</summary>
    public string KindName => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Boolean => "a boolean",
        ValueKind.Integer or ValueKind.Number => "a number",
        ValueKind.String => "a string",
        ValueKind.List => "a list",
        _ => "an object",
    };

    public static Value From(bool value) => value ? True : False;

    public static Value From(long value) => new(ValueKind.Integer, null, value);

    public static Value From(double value) => new(ValueKind.Number, null, BitConverter.DoubleToInt64Bits(value));

    public static Value From(string text, Trust trust) => new(ValueKind.String, text, 0, trust);

    public static Value From(TemplateList list) => new(ValueKind.List, list, 0);

    /// <summary>A value of the model with the place it comes from.</summary>
    /// <exception cref="NotSupportedException">The model holds a type that templates do not know.</exception>
    public static Value FromModel(object? value, object? owner, string? member) => value switch
    {
        null => default,
        string text => new(ValueKind.String, text, 0, Trust.Value, owner, member),
        bool boolean => new(ValueKind.Boolean, null, boolean ? 1 : 0, Trust.Value, owner, member),
        long number => new(ValueKind.Integer, null, number, Trust.Value, owner, member),
        int number => new(ValueKind.Integer, null, number, Trust.Value, owner, member),
        double number => new(ValueKind.Number, null, BitConverter.DoubleToInt64Bits(number), Trust.Value, owner, member),
        EncodedText text => new(ValueKind.String, text.Text, 0, Trust.Encoded, owner, member),
        ITemplateObject item => new(ValueKind.Object, item, 0, Trust.Value, owner, member),
        IReadOnlyList<object?> list => new(ValueKind.List, new ModelList(list, owner, member), 0, Trust.Value, owner, member),
        _ => throw new NotSupportedException($"templates cannot use values of type {value.GetType()}"),
    };

    /// <summary>The same value with the origin of another one that it was made from.</summary>
    public Value WithOrigin(Value source) => new(Kind, _reference, _bits, Trust, source._owner, source._member);

    public Value WithOrigin(Origin origin) => new(Kind, _reference, _bits, Trust, origin, null);

    /// <summary>The same text, to be encoded when it is printed.</summary>
    public Value AsUntrusted() => new(Kind, _reference, _bits, Trust.Value, _owner, _member);

    /// <summary>The text of a string, number or boolean, empty for null; null for what has no text.</summary>
    public string? AsText() => Kind switch
    {
        ValueKind.Null => "",
        ValueKind.String => String,
        ValueKind.Boolean => Boolean ? "true" : "false",
        ValueKind.Integer => _bits.ToString(CultureInfo.InvariantCulture),
        ValueKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Equality of the language: numbers by value, strings by text whatever their trust, else the same thing.</summary>
    public static bool Equal(Value left, Value right)
    {
        if (left.IsNumeric && right.IsNumeric)
        {
            return left.Kind == right.Kind && left.Kind == ValueKind.Integer ? left._bits == right._bits : left.Number.Equals(right.Number);
        }

        return left.Kind == right.Kind && left.Kind switch
        {
            ValueKind.Null => true,
            ValueKind.Boolean => left._bits == right._bits,
            ValueKind.String => left.String == right.String,
            _ => ReferenceEquals(left._reference, right._reference),
        };
    }
}
