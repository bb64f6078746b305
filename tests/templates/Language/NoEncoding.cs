// An encoder that changes nothing, to compare the language with the real engine, which has none.
using Amphora.Templates.Encoding;

namespace Amphora.Templates.Tests.Language;

internal sealed class NoEncoding : IOutputEncoder
{
    public string Language => "text";

    public IReadOnlyDictionary<string, EncoderFunction> Functions { get; } = new Dictionary<string, EncoderFunction>();

    public bool JoinsPieces => true;

    public string Encode(string value) => value;

    public string? Obstacle(ReadOnlySpan<char> line) => null;
}
