// Seals texts that must not be written down in clear (flows.md §1: the first key encrypts, all decrypt).
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Amphora.Controller.Flows;

/// <summary>AES-256-GCM (NIST SP 800-38D), each text bound to the place where it is kept: moved elsewhere it does not open.</summary>
/// <param name="keys">32 bytes each; the first one seals, all of them open, so that a key can be replaced.</param>
internal sealed class SealingKeys(IReadOnlyList<byte[]> keys)
{
    private static readonly int s_nonce = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int s_tag = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Seals a text.</summary>
    /// <param name="place">Where it is kept.</param>
    /// <param name="text">The text.</param>
    public string Seal(string place, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var whole = new byte[s_nonce + s_tag + plain.Length];
        var nonce = whole.AsSpan(0, s_nonce);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys[0], s_tag);
        aes.Encrypt(nonce, plain, whole.AsSpan(s_nonce + s_tag), whole.AsSpan(s_nonce, s_tag), Encoding.UTF8.GetBytes(place));
        return Base64Url.EncodeToString(whole);
    }

    /// <summary>The text that was sealed.</summary>
    /// <exception cref="CryptographicException">Sealed with a key that is not among ours, for another place, or not what was written.</exception>
    public string Open(string place, string text)
    {
        var whole = Base64Url.DecodeFromChars(text);
        var plain = new byte[whole.Length - s_nonce - s_tag];
        foreach (var key in keys)
        {
            using var aes = new AesGcm(key, s_tag);
            try
            {
                aes.Decrypt(whole.AsSpan(0, s_nonce), whole.AsSpan(s_nonce + s_tag), whole.AsSpan(s_nonce, s_tag), plain, Encoding.UTF8.GetBytes(place));
                return Encoding.UTF8.GetString(plain);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Sealed with another key, or nobody's.
            }
        }

        throw new CryptographicException($"cannot open {place}: it was sealed with a key that this controller does not have");
    }
}
