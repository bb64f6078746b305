// The inflater reads what zlib writes, byte by byte, and nothing that is broken.
using System.IO.Compression;
using Amphora.Contract.Heartbeat;
using Xunit;

namespace Amphora.Contract.Tests.Heartbeat;

public sealed class InflaterTests
{
    private readonly Inflater _inflater = new();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void What_zlib_compresses_comes_out_again(CompressionLevel level)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            byte[] text = AnyBytes(new Random(seed));
            byte[] stream = Compress(text, level);
            byte[] expanded = new byte[text.Length];

            InflateResult result = _inflater.Inflate(stream, expanded, out int written);

            Assert.Equal((InflateResult.Done, text.Length), (result, written));
            Assert.Equal(text, expanded);
        }
    }

    [Fact]
    public void A_full_destination_holds_the_beginning()
    {
        byte[] text = AnyBytes(new Random(2));
        byte[] stream = Compress(text, CompressionLevel.Optimal);
        foreach (int length in (int[])[0, 1, 127, text.Length / 2, text.Length - 1])
        {
            byte[] beginning = new byte[length];

            InflateResult result = _inflater.Inflate(stream, beginning, out int written);

            Assert.Equal((InflateResult.Full, length), (result, written));
            Assert.Equal(text[..length], beginning);
        }
    }

    [Fact]
    public void A_paused_expansion_goes_on_where_it_was()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            byte[] text = AnyBytes(random);
            byte[] expanded = new byte[text.Length];
            Expansion expansion = new(Compress(text, (CompressionLevel)(seed % 4)));
            int enough = random.Next(500);
            while (_inflater.Continue(ref expansion, expanded, enough) == InflateResult.Paused)
            {
                Assert.InRange(expansion.Written, enough, enough + BitReader.MostAStep);
                enough = expansion.Written + random.Next(500);
            }

            Assert.Equal((InflateResult.Done, text.Length), (expansion.Result, expansion.Written));
            Assert.Equal(text, expanded);
        }
    }

    [Fact]
    public void A_stream_that_is_cut_off_or_goes_on_is_corrupt()
    {
        byte[] text = AnyBytes(new Random(4))[..2000];
        byte[] stream = Compress(text, CompressionLevel.Optimal);
        byte[] expanded = new byte[text.Length];
        for (int length = 0; length < stream.Length; length++)
        {
            Assert.Equal(InflateResult.Corrupt, _inflater.Inflate(stream.AsSpan(0, length), expanded, out _));
        }

        Assert.Equal(InflateResult.Corrupt, _inflater.Inflate([.. stream, 0], expanded, out _));
        Assert.Equal(InflateResult.Done, _inflater.Inflate(stream, expanded, out _));
    }

    [Fact]
    public void Broken_streams_are_read_as_zlib_reads_them_or_refused()
    {
        Random random = new(5);
        byte[] expanded = new byte[100_000];
        int accepted = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] stream = Compress(AnyBytes(random)[..random.Next(1, 400)], (CompressionLevel)random.Next(4));
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                // Not the checksum, which is not looked at.
                stream[random.Next(2, stream.Length - 4)] = (byte)random.Next(256);
            }

            if (_inflater.Inflate(stream, expanded, out int written) == InflateResult.Done)
            {
                accepted++;
                Assert.Equal(ByFramework(stream), expanded[..written]);
            }
        }

        Assert.InRange(accepted, 1, 19_999);
    }

    private static byte[] Compress(byte[] text, CompressionLevel level)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, level))
        {
            zlib.Write(text);
        }

        return stream.ToArray();
    }

    // Raw deflate: the broken text has another checksum.
    private static byte[] ByFramework(byte[] stream)
    {
        using DeflateStream deflate = new(new MemoryStream(stream[2..^4]), CompressionMode.Decompress);
        using MemoryStream text = new();
        deflate.CopyTo(text);
        return text.ToArray();
    }

    /// <summary>Runs, words and noise, from 2,000 to 60,000 bytes.</summary>
    private static byte[] AnyBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(2_000, 60_000)];
        int letters = random.Next(1, 257);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 400), bytes.Length - at);
            Span<byte> part = bytes.AsSpan(at, length);
            switch (random.Next(3))
            {
                case 0:
                    part.Fill((byte)random.Next(letters));
                    break;
                case 1 when at > length:
                    bytes.AsSpan(random.Next(at - length), length).CopyTo(part);
                    break;
                default:
                    for (int i = 0; i < length; i++)
                    {
                        part[i] = (byte)random.Next(letters);
                    }

                    break;
            }

            at += length;
        }

        return bytes;
    }
}
