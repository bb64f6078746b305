// Datagrams that are no heartbeats, in every way there is, from a seed.
using System.Text;
using Amphora.Contract.Heartbeat;

namespace Amphora.Controller.Tests.Health;

/// <summary>None of them may be taken.</summary>
/// <param name="seed">Tells the sequence.</param>
/// <param name="valid">A heartbeat that would be taken.</param>
/// <param name="key">The right key: what is signed with it is wrong inside.</param>
internal sealed class HostileDatagrams(int seed, byte[] valid, HeartbeatKey key)
{
    private const int MostBytes = 60_000;

    private static readonly HeartbeatKey Foreign = new("another key");

    // What a sender with the right key and a broken mind might say.
    private static readonly string[] Texts =
    [
        "", " ", "null", "[]", "{}", "\"id\"", "{\"id\":5}", "{\"id\":\"x\"", "{\"ver\":3}", "{\"id\":\"x\",\"seq\":\"0\"}", "{\"id\":\"x\",\"seq\":-1}", "{\"id\":\"x\",\"seq\":1e99}",
        "{\"id\":\"\\ud800\",\"seq\":1}", "{\"id\":\"x\",\"listeners\":[]}", "{\"id\":\"x\",\"pools\":{\"p\":{\"members\":5}}}", new string('[', 5000), string.Concat(Enumerable.Repeat("{\"id\":", 2000)),
    ];

    private readonly Random _random = new(seed);

    // Made once: compressing takes longer than all the rest. The last is a megabyte of blanks in a thousand bytes.
    private readonly byte[][] _signed =
    [
        .. Texts.Select(text => HeartbeatEnvelope.Wrap(Encoding.UTF8.GetBytes(text), key)),
        HeartbeatEnvelope.Wrap("{}"u8, Foreign),
        HeartbeatEnvelope.Wrap(Encoding.ASCII.GetBytes(new string(' ', 1024 * 1024)), key),
    ];

    /// <summary>The next one.</summary>
    public byte[] Next() => _random.Next(40) switch
    {
        < 6 => Noise(600),
        < 10 => valid[.._random.Next(valid.Length)],
        < 13 => [.. valid, 0, .. Noise(100)],
        < 15 => _signed[_random.Next(_signed.Length)],
        < 17 => HeartbeatEnvelope.Wrap(Noise(300), key),
        < 19 => Signed(Noise(400)),
        19 when _random.Next(20) == 0 => Noise(MostBytes),
        _ => Changed(),
    };

    private byte[] Noise(int most)
    {
        byte[] noise = new byte[_random.Next(most)];
        _random.NextBytes(noise);
        return noise;
    }

    // The mac is right, what it signs is no zlib stream.
    private byte[] Signed(byte[] content)
    {
        byte[] mac = new byte[HeartbeatKey.MacLength];
        key.Mac(content, mac);
        return [.. content, .. mac];
    }

    // The last change is one for certain.
    private byte[] Changed()
    {
        byte[] changed = [.. valid];
        for (int changes = _random.Next(4); changes > 0; changes--)
        {
            changed[_random.Next(changed.Length)] = (byte)_random.Next(256);
        }

        int at = _random.Next(changed.Length);
        changed[at] = (byte)(valid[at] ^ (1 << _random.Next(8)));
        return changed;
    }
}
