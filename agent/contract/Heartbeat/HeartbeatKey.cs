// The key of heartbeats: its text, the key of one amphora, the mac.
using System.Security.Cryptography;
using System.Text;

namespace Amphora.Contract.Heartbeat;

/// <summary>A key; its text is what <c>[health_manager] heartbeat_key</c> says.</summary>
public sealed class HeartbeatKey
{
    /// <summary>Bytes of a mac on the wire: HMAC-SHA-256 as lower-case hexadecimal digits.</summary>
    public const int MacLength = 64;

    private static readonly byte[] s_digits = "0123456789abcdef"u8.ToArray();
    private readonly byte[] _key;

    /// <summary>A key from its text.</summary>
    public HeartbeatKey(string text) => _key = Encoding.UTF8.GetBytes(text);

    /// <summary>The key of one amphora: HMAC-SHA-256 of the amphora's id under this key, as 64 lower-case hexadecimal digits. An amphora
    /// that is broken into can then speak for itself only. The agent does not know of it: to it, it is a heartbeat_key like any other.</summary>
    public string Derive(string amphoraId)
    {
        Span<byte> derived = stackalloc byte[MacLength];
        Mac(_key, Encoding.UTF8.GetBytes(amphoraId), derived);
        return Encoding.ASCII.GetString(derived);
    }

    /// <summary>Writes the mac of a payload.</summary>
    /// <param name="payload">The compressed bytes.</param>
    /// <param name="mac">Takes <see cref="MacLength"/> bytes.</param>
    public void Mac(ReadOnlySpan<byte> payload, Span<byte> mac) => Mac(_key, payload, mac);

    /// <summary>True when the mac is that of the payload under this key; takes equally long whatever differs.</summary>
    public bool Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac) => Verify(_key, payload, mac);

    /// <summary>True when the mac is that of the payload under a key of these bytes.</summary>
    internal static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacLength];
        Mac(key, payload, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }

    /// <summary>Writes a digest as it stands in a mac.</summary>
    internal static void Write(ReadOnlySpan<byte> digest, Span<byte> hexadecimal)
    {
        for (var i = 0; i < digest.Length; i++)
        {
            hexadecimal[2 * i] = s_digits[digest[i] >> 4];
            hexadecimal[(2 * i) + 1] = s_digits[digest[i] & 15];
        }
    }

    private static void Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, Span<byte> hexadecimal)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text, digest);
        Write(digest, hexadecimal);
    }
}
