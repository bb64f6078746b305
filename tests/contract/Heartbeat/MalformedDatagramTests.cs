// A million datagrams from anybody: none gets through, none throws, none leaves memory behind.
using System.Diagnostics;
using Amphora.Contract.Heartbeat;
using Xunit;

namespace Amphora.Contract.Tests.Heartbeat;

public sealed class MalformedDatagramTests
{
    private const int Datagrams = 1_000_000;
    private const long MostAllocated = 1024 * 1024;
    private const long MostForOne = 64 * 1024;

    private static readonly HeartbeatKey s_foreign = new("another key");

    [Fact]
    public void A_million_malformed_datagrams_are_refused()
    {
        Random random = new(7);
        List<byte[]> valid = [.. Enumerable.Range(0, 50).Select(number => Heartbeats.Datagram(Heartbeats.Random(random, number % 5, number % 7, number % 2 == 0)))];
        HeartbeatDecoder decoder = new(new HeartbeatKeys(Heartbeats.Key, DerivedAccepted: true, MasterAccepted: true));
        byte[] buffer = new byte[HeartbeatEnvelope.MostBytes + 1000];
        Dictionary<HeartbeatRefusal, int> refusals = [];
        (long allocated, long most) = (0, 0);
        TimeSpan slowest = TimeSpan.Zero;
        for (int i = 0; i < Datagrams; i++)
        {
            int length = Malform(random, valid[random.Next(valid.Count)], buffer);
            long start = Stopwatch.GetTimestamp();
            // Of this thread only: other tests run at the same time.
            long before = GC.GetAllocatedBytesForCurrentThread();
            HeartbeatRefusal refusal = decoder.Decode(buffer.AsSpan(0, length));
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated += refusal is HeartbeatRefusal.IdNotFirst ? 0 : taken;
            most = Math.Max(most, taken);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            refusals[refusal] = refusals.GetValueOrDefault(refusal) + 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join(", ", refusals)}; allocated {allocated} bytes, most for one {most}; slowest {slowest.TotalMilliseconds} ms");
        Assert.DoesNotContain(HeartbeatRefusal.None, refusals.Keys);
        HeartbeatRefusal[] seen = [HeartbeatRefusal.TooShort, HeartbeatRefusal.Compression, HeartbeatRefusal.IdNotFirst, HeartbeatRefusal.Mac, HeartbeatRefusal.Json];
        Assert.Subset(refusals.Keys.ToHashSet(), seen.ToHashSet());
        Assert.InRange(allocated, 0, MostAllocated);
        // A beginning that is no JSON is told by an exception, which is gone with the next collection.
        Assert.InRange(most, 0, MostForOne);
        Assert.Equal(HeartbeatRefusal.None, decoder.Decode(valid[0]));
    }

    /// <summary>Noise; a valid one changed, cut or stretched; a text made wrong and then signed with the right key.</summary>
    private static int Malform(Random random, byte[] valid, byte[] buffer)
    {
        switch (random.Next(20))
        {
            case < 4:
                Span<byte> noise = buffer.AsSpan(0, random.Next(600));
                random.NextBytes(noise);
                return noise.Length;
            case < 6:
                valid.AsSpan(0, random.Next(valid.Length)).CopyTo(buffer);
                return random.Next(valid.Length);
            case 6:
                return Put(HeartbeatEnvelope.Wrap(Broken(random, HeartbeatWriter.Write(Heartbeats.Random(random, 1, 1, withOrigin: true)).ToArray()), Heartbeats.Key), buffer);
            case 7:
                return Put(HeartbeatEnvelope.Wrap(HeartbeatWriter.Write(Heartbeats.Random(random, 1, 1, withOrigin: true)).Span, s_foreign), buffer);
            default:
                valid.CopyTo(buffer, 0);
                for (int changes = random.Next(1, 5); changes > 0; changes--)
                {
                    int at = random.Next(valid.Length);
                    buffer[at] = (byte)(buffer[at] + random.Next(1, 256));
                }

                // Four changes of one byte may cancel out.
                return buffer.AsSpan(0, valid.Length).SequenceEqual(valid) ? valid.Length - 1 : valid.Length;
        }
    }

    // Structure is broken, not a digit or a letter of a name: what comes out is never a good message.
    private static byte[] Broken(Random random, byte[] json)
    {
        int at;
        byte wrong;
        do
        {
            at = random.Next(json.Length);
            wrong = (byte)"{}[]x:,\u0001"[random.Next(8)];
        }
        while (!"{}\"".Contains((char)json[at], StringComparison.Ordinal) || json[at] == wrong);
        json[at] = wrong;
        return json;
    }

    private static int Put(byte[] datagram, byte[] buffer)
    {
        datagram.CopyTo(buffer, 0);
        return datagram.Length;
    }
}
