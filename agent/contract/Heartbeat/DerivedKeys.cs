// The keys of amphorae that were heard of late: making one takes longer than a mac under it.
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Amphora.Contract.Heartbeat;

/// <summary>Verifies under the key that <see cref="HeartbeatKey.Derive"/> gives for an amphora. What is kept is bounded: every id has one
/// place, which it takes when a mac under its key was right, so that strangers move nobody out.</summary>
/// <param name="master">Keys are derived from it.</param>
internal sealed class DerivedKeys(HeartbeatKey master)
{
    private const int Places = 4096;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>True when the mac is that of the payload under the amphora's key; takes equally long whatever differs.</summary>
    public bool Verify(ReadOnlySpan<byte> amphoraId, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac)
    {
        ref var entry = ref _entries[PlaceOf(amphoraId)];
        if (entry is not null && entry.IsOf(amphoraId))
        {
            return entry.Verify(payload, mac);
        }

        Span<byte> derived = stackalloc byte[HeartbeatKey.MacLength];
        master.Mac(amphoraId, derived);
        if (!HeartbeatKey.Verify(derived, payload, mac))
        {
            return false;
        }

        entry?.Dispose();
        entry = new Entry(amphoraId, derived);
        return true;
    }

    // Only those who have a key can choose where their id goes, and all they win is that a neighbour's key is made again.
    private static int PlaceOf(ReadOnlySpan<byte> amphoraId)
    {
        var hash = 0U;
        foreach (var four in MemoryMarshal.Cast<byte, uint>(amphoraId))
        {
            hash = (BitOperations.RotateLeft(hash, 5) ^ four) * 0x9e3779b1;
        }

        return (int)(hash >> 20) & (Places - 1);
    }

    /// <summary>The key of one amphora, with what is hashed of it before any payload.</summary>
    private sealed class Entry(ReadOnlySpan<byte> id, ReadOnlySpan<byte> key) : IDisposable
    {
        private readonly byte[] _id = id.ToArray();
        private readonly IncrementalHash _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

        public bool IsOf(ReadOnlySpan<byte> amphoraId) => amphoraId.SequenceEqual(_id);

        public bool Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac)
        {
            Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
            Span<byte> expected = stackalloc byte[HeartbeatKey.MacLength];
            _mac.AppendData(payload);
            _mac.GetHashAndReset(digest);
            HeartbeatKey.Write(digest, expected);
            return CryptographicOperations.FixedTimeEquals(expected, mac);
        }

        public void Dispose() => _mac.Dispose();
    }
}
