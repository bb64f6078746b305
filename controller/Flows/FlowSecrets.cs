// What steps make is written down; secrets among it only sealed (flows.md §1).
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amphora.Controller.Flows;

/// <summary>Turns what a step made into the text that is written down, and back. Secrets are bound to flow and step.</summary>
/// <param name="keys">Seal them.</param>
internal sealed class FlowSecrets(SealingKeys keys)
{
    private const string Mark = "sealed:";

    /// <summary>The text of what a step made.</summary>
    public string Write(string place, IEnumerable<FlowOutput> made) => JsonSerializer.Serialize(
        made.ToDictionary(output => output.Name, output => output.IsSecret ? Mark + keys.Seal($"{place}/{output.Name}", output.Json) : output.Json),
        FlowJson.Default.DictionaryStringString);

    /// <summary>What a step made, by name.</summary>
    /// <exception cref="CryptographicException">Sealed with a key that is not among ours, or not what was written.</exception>
    public Dictionary<string, string> Read(string place, string text) =>
        JsonSerializer.Deserialize(text, FlowJson.Default.DictionaryStringString)!.ToDictionary(
            static output => output.Key,
            output => output.Value.StartsWith(Mark, StringComparison.Ordinal) ? keys.Open($"{place}/{output.Key}", output.Value[Mark.Length..]) : output.Value);
}

/// <summary>How what steps made is written.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class FlowJson : JsonSerializerContext;
