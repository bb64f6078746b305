// Text that is already in the target language.
namespace Amphora.Templates.Encoding;

/// <summary>Text that is printed as it stands. Only encoders and the engine (rendered templates) make it.</summary>
public readonly record struct EncodedText
{
    internal EncodedText(string text) => Text = text;

    /// <summary>The text.</summary>
    public string Text => field ?? "";

    /// <inheritdoc/>
    public override string ToString() => Text;
}
