// JSON text → datagram: zlib stream, then the mac (heartbeat.md §1).
using System.IO.Compression;

namespace Amphora.Contract.Heartbeat;

/// <summary>Wraps messages; <see cref="HeartbeatDecoder"/> unwraps them.</summary>
public static class HeartbeatEnvelope
{
    /// <summary>What one UDP datagram over IPv4 carries at most.</summary>
    public const int MostBytes = 65507;

    /// <summary>The datagram of a text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="key">The mac is made with it.</param>
    public static byte[] Wrap(ReadOnlySpan<byte> json, HeartbeatKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var datagram = new MemoryStream((json.Length / 2) + 256);
        using (var zlib = new ZLibStream(datagram, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(json);
        }

        Span<byte> mac = stackalloc byte[HeartbeatKey.MacLength];
        key.Mac(datagram.GetBuffer().AsSpan(0, (int)datagram.Length), mac);
        datagram.Write(mac);
        return datagram.ToArray();
    }
}
