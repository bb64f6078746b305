// Datagram → verified message: mac first, then expansion, then the text.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Which keys macs may be made with.</summary>
/// <param name="Master">The key of <c>heartbeat_key</c>.</param>
/// <param name="DerivedAccepted">Accepts what is signed with <see cref="HeartbeatKey.Derive"/> of the amphora it speaks for.</param>
/// <param name="MasterAccepted">Accepts what is signed with the master key itself, whichever amphora it speaks for.</param>
public sealed record HeartbeatKeys(HeartbeatKey Master, bool DerivedAccepted, bool MasterAccepted);

/// <summary>Decodes one datagram after the other into the same memory; not for several threads at once. Throws for no datagram.</summary>
public sealed class HeartbeatDecoder(HeartbeatKeys keys)
{
    /// <summary>No text is longer; a full datagram of UUIDs has about 150,000 bytes.</summary>
    public const int MostJsonBytes = 4 * 1024 * 1024;

    private const int SmallestPayload = 8;

    // {"id": " and 36 to 64 characters of it; what comes from nobody we know is expanded no further.
    private const int PrefixBytes = 128;

    private readonly Inflater _inflater = new();
    private readonly DerivedKeys _derived = new(keys.Master);
    private byte[] _json = new byte[64 * 1024];

    /// <summary>What the last datagram said, when it was not refused.</summary>
    public HeartbeatView View { get; } = new();

    /// <summary>Decodes a datagram.</summary>
    /// <returns>Why it is refused; <see cref="HeartbeatRefusal.None"/>: <see cref="View"/> has the message.</returns>
    public HeartbeatRefusal Decode(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < SmallestPayload + HeartbeatKey.MacLength)
        {
            return HeartbeatRefusal.TooShort;
        }

        var payload = datagram[..^HeartbeatKey.MacLength];
        var expansion = new Expansion(payload);
        var refusal = Verify(payload, datagram[^HeartbeatKey.MacLength..], ref expansion);
        if (refusal != HeartbeatRefusal.None)
        {
            return refusal;
        }

        refusal = Expand(payload, ref expansion);
        if (refusal != HeartbeatRefusal.None)
        {
            return refusal;
        }

        View.Clear(_json);
        return new HeartbeatReader(_json.AsSpan(0, expansion.Written), View).Read();
    }

    private HeartbeatRefusal Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac, ref Expansion expansion)
    {
        if (keys.DerivedAccepted)
        {
            var refusal = PeekId(ref expansion, out var id);
            if (refusal != HeartbeatRefusal.None)
            {
                return refusal;
            }

            if (_derived.Verify(id, payload, mac))
            {
                return HeartbeatRefusal.None;
            }
        }

        return keys.MasterAccepted && keys.Master.Verify(payload, mac) ? HeartbeatRefusal.None : HeartbeatRefusal.Mac;
    }

    // The id chooses the key and is believed only when that key fits: then it is the id of the message, which has one "id" only.
    private HeartbeatRefusal PeekId(ref Expansion expansion, out ReadOnlySpan<byte> id)
    {
        id = default;
        if (_inflater.Continue(ref expansion, _json, PrefixBytes) == InflateResult.Corrupt)
        {
            return HeartbeatRefusal.Compression;
        }

        var prefix = _json.AsSpan(0, Math.Min(expansion.Written, PrefixBytes));
        var json = new JsonTokens(prefix);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject
            || !json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("id"u8)
            || !json.Read() || json.TokenType != JsonTokenType.String)
        {
            return HeartbeatRefusal.IdNotFirst;
        }

        id = prefix.Slice(json.Range.Start, json.Range.Length);
        return id.Contains((byte)'\\') ? HeartbeatRefusal.IdNotFirst : HeartbeatRefusal.None;
    }

    // Goes on where the id was read.
    private HeartbeatRefusal Expand(ReadOnlySpan<byte> payload, ref Expansion expansion)
    {
        while (true)
        {
            switch (_inflater.Continue(ref expansion, _json, int.MaxValue))
            {
                case InflateResult.Done:
                    return HeartbeatRefusal.None;
                case InflateResult.Full when _json.Length < MostJsonBytes:
                    _json = new byte[2 * _json.Length];
                    expansion = new Expansion(payload);
                    break;
                case InflateResult.Full:
                    return HeartbeatRefusal.Expansion;
                default:
                    return HeartbeatRefusal.Compression;
            }
        }
    }
}
