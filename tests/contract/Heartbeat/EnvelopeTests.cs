// The wire format: upstream's own datagrams, and ours back and forth.
using System.Security.Cryptography;
using System.Text;
using Amphora.Contract.Heartbeat;
using Xunit;

namespace Amphora.Contract.Tests.Heartbeat;

public sealed class EnvelopeTests
{
    private const string Vector =
        "78da9d8f4d0e82301085af42666d93624b44f66e958d0790d24422b4da5663427a7767a044579af82da6f3d79737"
        + "23742d5419e409b646981442b0524ac98a0f609581d7375cdf60d6773e68a39dc77a8426c138c2248592027f934f"
        + "8b3e9cc29dfec0a1deed2749eccc22e189cfb628b1e9285d4b81a9b2c6d09c631e6c584a1a6937d9e13146acaed6"
        + "f6b3904a7c7353fd61f95893e1410fcd72779bf82102c666eaacd50566ab0fede884f802443161fb656661396166"
        + "65663130653135336435356134396338633938343062343239326637396432343165366264623938376264616534"
        + "363361343334623430656666";

    [Fact]
    public void The_vector_made_by_upstream_is_read()
    {
        HeartbeatDecoder decoder = Heartbeats.NewDecoder();

        HeartbeatRefusal refusal = decoder.Decode(Convert.FromHexString(Vector));

        Assert.Equal(HeartbeatRefusal.None, refusal);
        Assert.Equal(
            new HeartbeatMessage
            {
                AmphoraId = "11111111-2222-4333-8444-555555555555",
                Sequence = 7,
                Listeners = [new HeartbeatListener("bbbbbbbb-0000-4000-8000-000000000001", "OPEN", new HeartbeatStats(958, 243, 0, 3, 0), null)],
                Pools =
                [
                    new HeartbeatPool(
                        "cccccccc-0000-4000-8000-000000000001:bbbbbbbb-0000-4000-8000-000000000001",
                        "UP",
                        [new HeartbeatMember("dddddddd-0000-4000-8000-000000000001", "no check")]),
                ],
            },
            Heartbeats.ToMessage(decoder.View));
    }

    [Fact]
    public void The_mac_of_a_payload_is_upstreams()
    {
        byte[] datagram = Convert.FromHexString(Vector);
        byte[] mac = new byte[HeartbeatKey.MacLength];

        Heartbeats.Key.Mac(datagram.AsSpan(0, 178), mac);

        Assert.Equal("efa9afef10e153d55a49c8c9840b4292f79d241e6bdb987bdae463a434b40eff", Encoding.ASCII.GetString(mac));
        Assert.Equal(datagram[178..], mac);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 50)]
    [InlineData(100, 20)]
    public void What_is_written_is_read_again(int listeners, int membersAPool)
    {
        Random random = new(listeners + membersAPool);
        HeartbeatDecoder decoder = Heartbeats.NewDecoder();
        foreach (bool withOrigin in (bool[])[false, true])
        {
            HeartbeatMessage message = Heartbeats.Random(random, listeners, membersAPool, withOrigin);
            byte[] datagram = Heartbeats.Datagram(message);

            HeartbeatRefusal refusal = decoder.Decode(datagram);

            Assert.Equal(HeartbeatRefusal.None, refusal);
            Assert.Equal(message, Heartbeats.ToMessage(decoder.View));
            Assert.InRange(datagram.Length, 72, HeartbeatEnvelope.MostBytes);
        }
    }

    [Fact]
    public void The_key_of_an_amphora_is_the_hexadecimal_HMAC_of_its_id()
    {
        string derived = Heartbeats.Key.Derive("11111111-2222-4333-8444-555555555555");

        Assert.Equal(
            Convert.ToHexStringLower(HMACSHA256.HashData("insecure"u8, "11111111-2222-4333-8444-555555555555"u8)), derived);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    public void A_receiver_takes_the_keys_it_was_told_to(bool derivedAccepted, bool masterAccepted, bool isMasterTaken)
    {
        HeartbeatMessage message = Heartbeats.Random(new Random(1), 2, 2, withOrigin: true);
        HeartbeatDecoder decoder = new(new HeartbeatKeys(Heartbeats.Key, derivedAccepted, masterAccepted));
        ReadOnlyMemory<byte> json = HeartbeatWriter.Write(message);
        string otherAmphora = Heartbeats.Key.Derive(Guid.NewGuid().ToString());

        HeartbeatRefusal own = decoder.Decode(HeartbeatEnvelope.Wrap(json.Span, new HeartbeatKey(Heartbeats.Key.Derive(message.AmphoraId))));
        HeartbeatRefusal others = decoder.Decode(HeartbeatEnvelope.Wrap(json.Span, new HeartbeatKey(otherAmphora)));
        HeartbeatRefusal master = decoder.Decode(HeartbeatEnvelope.Wrap(json.Span, Heartbeats.Key));

        Assert.Equal(derivedAccepted ? HeartbeatRefusal.None : HeartbeatRefusal.Mac, own);
        Assert.Equal(HeartbeatRefusal.Mac, others);
        Assert.Equal(isMasterTaken ? HeartbeatRefusal.None : HeartbeatRefusal.Mac, master);
    }

    [Fact]
    public void A_valid_datagram_costs_no_memory()
    {
        byte[] datagram = Heartbeats.Datagram(Heartbeats.Random(new Random(3), 10, 50, withOrigin: true));
        HeartbeatDecoder decoder = new(new HeartbeatKeys(new HeartbeatKey(Heartbeats.KeyText), DerivedAccepted: true, MasterAccepted: true));
        Assert.Equal(HeartbeatRefusal.None, decoder.Decode(datagram));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            decoder.Decode(datagram);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
