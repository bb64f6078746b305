// What is no heartbeat is refused, with the reason.
using System.Text;
using Amphora.Contract.Heartbeat;
using Xunit;

namespace Amphora.Contract.Tests.Heartbeat;

public sealed class RefusalTests
{
    private const string Listener = """{"l":{"status":"OPEN","stats":{"tx":1,"rx":1,"conns":1,"totconns":1,"ereq":1}}}""";

    [Theory]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.None)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3,"more":{"x":[1,{}]}}""", HeartbeatRefusal.None)]
    [InlineData("""{"id":"a","seq":0,"listeners":LISTENER,"pools":{},"ver":3}""", HeartbeatRefusal.None)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{"p:l":{"status":"UP","members":{"m":"UP 1/3"}}},"ver":3}""", HeartbeatRefusal.None)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":2}""", HeartbeatRefusal.Version)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{}}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":0,"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","id":"b","seq":0,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3,"time":1}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":7,"seq":0,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":"0","listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":0,"listeners":[],"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":0,"listeners":{"l":{"status":"OPEN"}},"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":0,"listeners":{"l":{"status":"OPEN","stats":{"tx":1}}},"pools":{},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{"p":{"status":"UP"}},"ver":3}""", HeartbeatRefusal.Shape)]
    [InlineData("""{"id":"a","seq":-1,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Bounds)]
    [InlineData("""{"id":"a","seq":1.5,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Bounds)]
    [InlineData("""{"id":"a","seq":99999999999999999999,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Bounds)]
    [InlineData("""{"id":"","seq":0,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Bounds)]
    [InlineData("""{"id":"a\u001b[2J","seq":0,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Bounds)]
    [InlineData("""{"id":"ä","seq":0,"listeners":{},"pools":{},"ver":3}""", HeartbeatRefusal.Bounds)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3} x""", HeartbeatRefusal.Json)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3""", HeartbeatRefusal.Json)]
    [InlineData("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3,"deep":[[[[[[[[[[]]]]]]]]]]}""", HeartbeatRefusal.Json)]
    [InlineData("""[]""", HeartbeatRefusal.Shape)]
    [InlineData("\"\"", HeartbeatRefusal.Shape)]
    public void A_text_is_taken_or_refused(string json, HeartbeatRefusal expected)
    {
        byte[] datagram = Heartbeats.Datagram(json.Replace("LISTENER", Listener, StringComparison.Ordinal));

        Assert.Equal(expected, Heartbeats.NewDecoder().Decode(datagram));
    }

    [Fact]
    public void Every_changed_byte_of_a_datagram_is_found()
    {
        byte[] datagram = Heartbeats.Datagram(Heartbeats.Random(new Random(1), 2, 3, withOrigin: true));
        HeartbeatDecoder decoder = Heartbeats.NewDecoder();
        for (int i = 0; i < datagram.Length; i++)
        {
            datagram[i] ^= 0x20;
            Assert.Equal(HeartbeatRefusal.Mac, decoder.Decode(datagram));
            datagram[i] ^= 0x20;
        }

        Assert.Equal(HeartbeatRefusal.None, decoder.Decode(datagram));
    }

    [Fact]
    public void A_mac_in_upper_case_or_of_raw_bytes_is_refused()
    {
        byte[] datagram = Heartbeats.Datagram("""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3}""");
        byte[] payload = datagram[..^64];
        byte[] upper = [.. payload, .. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(datagram[^64..]).ToUpperInvariant())];
        byte[] raw = [.. payload, .. Convert.FromHexString(Encoding.ASCII.GetString(datagram[^64..]))];

        Assert.Equal(HeartbeatRefusal.Mac, Heartbeats.NewDecoder().Decode(upper));
        Assert.Equal(HeartbeatRefusal.Mac, Heartbeats.NewDecoder().Decode(raw));
    }

    [Fact]
    public void A_bomb_is_not_expanded()
    {
        byte[] bomb = Heartbeats.Datagram($$"""{"id":"a","seq":0,"listeners":{},"pools":{},"ver":3,"more":"{{new string(' ', HeartbeatDecoder.MostJsonBytes)}}"}""");
        Assert.True(bomb.Length < HeartbeatEnvelope.MostBytes);

        Assert.Equal(HeartbeatRefusal.Expansion, Heartbeats.NewDecoder().Decode(bomb));
    }

    [Fact]
    public void Without_its_id_in_front_no_key_can_be_derived()
    {
        HeartbeatDecoder decoder = new(new HeartbeatKeys(Heartbeats.Key, DerivedAccepted: true, MasterAccepted: true));

        HeartbeatRefusal refusal = decoder.Decode(Heartbeats.Datagram("""{"seq":0,"id":"a","listeners":{},"pools":{},"ver":3}"""));

        Assert.Equal(HeartbeatRefusal.IdNotFirst, refusal);
    }
}
