// SCTP packets as far as a health check needs them (RFC 9260 §3): INIT out, the first chunk of the answer in, ABORT out.
using System.Buffers.Binary;
using System.Numerics;

namespace Amphora.Linux.Sctp;

/// <summary>A packet: common header (12 bytes: ports, verification tag, CRC32c) and one chunk (4 bytes: type, flags, length).</summary>
internal static class SctpPacket
{
    internal const byte Init = 1;
    internal const byte InitAck = 2;
    internal const byte Abort = 6;

    private const int CommonHeader = 12;
    private const int ChunkHeader = 4;
    private const int InitLength = ChunkHeader + 16;
    private const uint ReceiverWindow = 32768;
    private const ushort Streams = 1;

    /// <summary>The first packet of an association. INIT: initiate tag, receiver window, outbound and inbound streams, initial TSN
    /// (RFC 9260 §3.3.2); its verification tag is 0.</summary>
    internal static byte[] MakeInit(ushort sourcePort, ushort destinationPort, uint initiateTag, uint initialTsn)
    {
        var packet = Make(sourcePort, destinationPort, verificationTag: 0, Init, InitLength);
        var body = packet.AsSpan(CommonHeader + ChunkHeader);
        BinaryPrimitives.WriteUInt32BigEndian(body, initiateTag);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], ReceiverWindow);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], Streams);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], Streams);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], initialTsn);
        return Checked(packet);
    }

    /// <summary>Ends what an INIT began, so that the peer does not wait for the rest.</summary>
    internal static byte[] MakeAbort(ushort sourcePort, ushort destinationPort, uint verificationTag) =>
        Checked(Make(sourcePort, destinationPort, verificationTag, Abort, ChunkHeader));

    /// <summary>The type of the first chunk of an answer to our INIT; null when the packet is for somebody else or damaged.</summary>
    /// <param name="packet">Without IP header.</param>
    /// <param name="peerPort">Whom the INIT was sent to.</param>
    /// <param name="ownPort">Where it was sent from.</param>
    /// <param name="ownTag">Its initiate tag: answers carry it (RFC 9260 §8.5).</param>
    /// <param name="peerTag">Initiate tag of an INIT-ACK; 0 for other chunks.</param>
    internal static byte? ReadAnswer(ReadOnlySpan<byte> packet, ushort peerPort, ushort ownPort, uint ownTag, out uint peerTag)
    {
        peerTag = 0;
        if (packet.Length < CommonHeader + ChunkHeader
            || BinaryPrimitives.ReadUInt16BigEndian(packet) != peerPort
            || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != ownPort
            || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != ownTag
            || !IsWhole(packet))
        {
            return null;
        }

        var chunk = packet[CommonHeader..];
        if (chunk[0] == InitAck && chunk.Length >= InitLength)
        {
            peerTag = BinaryPrimitives.ReadUInt32BigEndian(chunk[ChunkHeader..]);
        }

        return chunk[0];
    }

    /// <summary>CRC32c over the packet with its checksum field taken for 0 (RFC 9260 §6.8, appendix A).</summary>
    internal static uint Checksum(ReadOnlySpan<byte> packet)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < packet.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i is >= 8 and < CommonHeader ? (byte)0 : packet[i]);
        }

        return ~crc;
    }

    private static byte[] Make(ushort sourcePort, ushort destinationPort, uint verificationTag, byte chunkType, int chunkLength)
    {
        var packet = new byte[CommonHeader + chunkLength];
        BinaryPrimitives.WriteUInt16BigEndian(packet, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), verificationTag);
        packet[CommonHeader] = chunkType;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(CommonHeader + 2), (ushort)chunkLength);
        return packet;
    }

    // The checksum travels with its least significant byte first (RFC 9260 appendix A).
    private static byte[] Checked(byte[] packet)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), Checksum(packet));
        return packet;
    }

    private static bool IsWhole(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]) == Checksum(packet);
}
