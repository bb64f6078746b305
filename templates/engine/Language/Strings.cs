// The rule of trust: what may be joined with what, and what the result is.
namespace Amphora.Templates.Language;

/// <summary>Joins values to text. A value from the document stays a value whatever is put around it: the whole is encoded when it
/// is printed, literal parts included. Encoded text joins with literals, numbers and booleans only.</summary>
internal static class Strings
{
    /// <summary>Longest text that can be made of others.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>Trust of text made of <paramref name="left"/> and <paramref name="right"/>; null when they must not be joined.</summary>
    public static Trust? Mix(Trust left, Trust right) => (left, right) switch
    {
        (Trust.Value, Trust.Encoded) or (Trust.Encoded, Trust.Value) => null,
        (Trust.Encoded, _) or (_, Trust.Encoded) => Trust.Encoded,
        (Trust.Value, _) or (_, Trust.Value) => Trust.Value,
        _ => Trust.Literal,
    };

    /// <summary>Trust of a value as part of text: numbers, booleans and null are spelled from a closed alphabet.</summary>
    public static Trust TrustOf(Value value) => value.IsString ? value.Trust : Trust.Literal;

    /// <summary>The text of all parts with the trust and the origins that follow from them.</summary>
    public static Value Join(IReadOnlyList<Value> parts, string text, Position position)
    {
        RequireLength(text.Length, position);
        var trust = Trust.Literal;
        var origins = new List<Value>();
        foreach (var part in parts)
        {
            trust = Mix(trust, TrustOf(part))
                ?? throw new TemplateException(position, "text that is encoded already cannot be joined with a value: print one after the other");
            if (part.IsString && part.HasOrigin)
            {
                origins.Add(part);
            }
        }

        var result = Value.From(text, trust);
        return origins switch
        {
            [] => result,
            [var only] => result.WithOrigin(only),
            _ => result.WithOrigin(new JoinedOrigin(origins)),
        };
    }

    /// <summary>Text made from one value by a function: as trusted as the value; encoded text must not be changed.</summary>
    public static Value Derive(Value source, string text, string function, Position position)
    {
        var trust = TrustOf(source);
        return trust == Trust.Encoded
            ? throw new TemplateException(position, $"{function} cannot change text that is encoded already")
            : Value.From(text, trust).WithOrigin(source);
    }

    public static void RequireLength(long length, Position position)
    {
        if (length > MaxLength)
        {
            throw new TemplateException(position, $"this makes a string beyond the limit of {MaxLength} characters");
        }
    }

    /// <summary>The text of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="position">Where it is used.</param>
    /// <param name="use">What for, as "be joined".</param>
    public static string TextOf(Value value, Position position, string use) =>
        value.AsText() ?? throw new TemplateException(position, $"{value.KindName} cannot {use}: it has no text of its own");
}
