// Writes values: through the encoder, and into the list of faults when it refuses one.
using System.Text;
using Amphora.Contract;
using Amphora.Templates.Encoding;

namespace Amphora.Templates.Language;

internal sealed class Printer(IOutputEncoder encoder, Output output)
{
    private const int MaxShownLength = 60;

    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> Faults => _faults;

    public void Print(Value value, Position position)
    {
        switch (value.Kind)
        {
            case ValueKind.Null:
                break;
            case ValueKind.Integer:
                output.Append(value.Integer, position);
                break;
            case ValueKind.Boolean or ValueKind.Number:
                output.Append(value.AsText(), position);
                break;
            case ValueKind.String when value.Trust == Trust.Literal:
                output.Append(value.String, position);
                break;
            case ValueKind.String when value.Trust == Trust.Encoded:
                AppendEncoded(value.String, position);
                break;
            case ValueKind.String:
                PrintUntrusted(value, position);
                break;
            default:
                throw new TemplateException(position, $"{value.KindName} cannot be printed: print its members or join its elements");
        }
    }

    /// <summary>Calls a function of the encoder; a refusal becomes a fault and the answer null.</summary>
    public Value Call(EncoderFunction function, string name, IReadOnlyList<Value> arguments, Position position)
    {
        if (arguments.Count < function.Minimum || arguments.Count > function.Maximum)
        {
            throw Builtin.WrongCount(name, function.Minimum, function.Maximum, arguments.Count, position);
        }

        var texts = new string[arguments.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = arguments[i] is { IsString: true, Trust: Trust.Encoded }
                ? throw new TemplateException(position, $"{name} cannot take text that is encoded already")
                : Strings.TextOf(arguments[i], position, $"be given to {name}");
        }

        try
        {
            return function.Call(texts) switch
            {
                EncodedText encoded => Value.From(encoded.Text, Trust.Encoded),
                string text => Strings.Join(arguments, text, position).AsUntrusted(),
                var other => throw new InvalidOperationException($"{name} answered {other}"),
            };
        }
        catch (UnsafeValueException refusal)
        {
            var index = Array.IndexOf(texts, refusal.Value);
            Report(index >= 0 ? arguments[index] : Strings.Join(arguments, refusal.Value, position), refusal, position);
            return Value.Null;
        }
    }

    private void PrintUntrusted(Value value, Position position)
    {
        string encoded;
        try
        {
            encoded = encoder.Encode(value.String);
        }
        catch (UnsafeValueException refusal)
        {
            Report(value, refusal, position);
            return;
        }

        if (encoded == value.String && !output.EndsWith('\\'))
        {
            output.Append(encoded, position);
        }
        else
        {
            AppendEncoded(encoded, position);
        }
    }

    // Text without quotes and backslashes is as harmless anywhere as a bare value.
    private void AppendEncoded(string text, Position position)
    {
        var isQuoted = text.AsSpan().ContainsAny('"', '\'', '\\');
        if ((isQuoted || output.EndsWith('\\')) && encoder.Obstacle(output.Line) is { } obstacle)
        {
            throw new TemplateException(position, $"a value of {encoder.Language} {obstacle}");
        }

        output.Append(text, position);
        output.EndsWord |= !encoder.JoinsPieces && text is [.., '"'];
    }

    /// <summary>Blames a refusal on the values the text was made of: on those refused by themselves, else on all of it.</summary>
    private void Report(Value value, UnsafeValueException refusal, Position position)
    {
        if (value.Owner is not JoinedOrigin joined)
        {
            AddFault(value.Path, refusal, position);
            return;
        }

        var found = false;
        foreach (var part in joined.Parts)
        {
            if (RefusalOf(part) is { } own)
            {
                Report(part, own, position);
                found = true;
            }
        }

        if (!found)
        {
            AddFault(joined.Path, refusal, position);
        }
    }

    private UnsafeValueException? RefusalOf(Value part)
    {
        try
        {
            if (part.String.Length > 0)
            {
                encoder.Encode(part.String);
            }

            return null;
        }
        catch (UnsafeValueException refusal)
        {
            return refusal;
        }
    }

    private void AddFault(string? path, UnsafeValueException refusal, Position position)
    {
        var message = $"cannot write {Shown(refusal.Value)} into the text for {encoder.Language}: it {refusal.Reason}";
        var fault = path is null
            ? new Fault("", "encoding", $"{position.File}({position.Line},{position.Column}): {message}")
            : new Fault(path, "encoding", message);
        if (!_faults.Contains(fault))
        {
            _faults.Add(fault);
        }
    }

    // The value as a person can read it: short, and with its control characters visible.
    private static string Shown(string value)
    {
        var shown = new StringBuilder("\"");
        foreach (var character in value.AsSpan(0, Math.Min(value.Length, MaxShownLength)))
        {
            _ = char.IsControl(character) || char.IsSurrogate(character)
                ? shown.Append($"\\u{(int)character:X4}")
                : shown.Append(character);
        }

        return shown.Append(value.Length > MaxShownLength ? "…\"" : "\"").ToString();
    }
}
