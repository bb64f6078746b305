// What steps make is written down; secrets among it only sealed (flows.md §1: the PEM travels encrypted, first key encrypts, all decrypt).
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amphora.Controller.Flows;

/// <summary>Turns what a step made into the text that is written down, and back. Secrets are AES-256-GCM, bound to flow and step.</summary>
/// <param name="keys">32 bytes each; the first one seals, all of them open, so that a key can be replaced while flows run.</param>
internal sealed class FlowSecrets(IReadOnlyList<byte[]> keys)
{
    private const string Mark = "sealed:";
    private static readonly int s_nonce = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int s_tag = AesGcm.TagByteSizes.MaxSize;

    /// <summary>The text of what a step made.</summary>
    public string Write(string place, IEnumerable<FlowOutput> made) =>
        JsonSerializer.Serialize(made.ToDictionary(output => output.Name, output => output.IsSecret ? Seal(place, output) : output.Json), FlowJson.Default.DictionaryStringString);

    /// <summary>What a step made, by name.</summary>
    /// <exception cref="CryptographicException">Sealed with a key that is not among ours, or not what was written.</exception>
    public Dictionary<string, string> Read(string place, string text) =>
        JsonSerializer.Deserialize(text, FlowJson.Default.DictionaryStringString)!.ToDictionary(
            static output => output.Key,
            output => output.Value.StartsWith(Mark, StringComparison.Ordinal) ? Open(place, output.Key, output.Value[Mark.Length..]) : output.Value);

    private string Seal(string place, FlowOutput output)
    {
        var plain = Encoding.UTF8.GetBytes(output.Json);
        var whole = new byte[s_nonce + s_tag + plain.Length];
        var nonce = whole.AsSpan(0, s_nonce);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys[0], s_tag);
        aes.Encrypt(nonce, plain, whole.AsSpan(s_nonce + s_tag), whole.AsSpan(s_nonce, s_tag), Bound(place, output.Name));
        return Mark + Base64Url.EncodeToString(whole);
    }

    private string Open(string place, string name, string text)
    {
        var whole = Base64Url.DecodeFromChars(text);
        var plain = new byte[whole.Length - s_nonce - s_tag];
        foreach (var key in keys)
        {
            using var aes = new AesGcm(key, s_tag);
            try
            {
                aes.Decrypt(whole.AsSpan(0, s_nonce), whole.AsSpan(s_nonce + s_tag), whole.AsSpan(s_nonce, s_tag), plain, Bound(place, name));
                return Encoding.UTF8.GetString(plain);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Sealed with another key, or nobody's.
            }
        }

        throw new CryptographicException($"cannot open {name} of {place}: it was sealed with a key that this controller does not have");
    }

    private static byte[] Bound(string place, string name) => Encoding.UTF8.GetBytes($"{place}/{name}");
}

/// <summary>How what steps made is written.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class FlowJson : JsonSerializerContext;
