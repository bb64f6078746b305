// Messages as the receiver gives them on.
using Amphora.Contract.Heartbeat;

namespace Amphora.Controller.Tests.Health;

/// <summary>Through the real envelope and decoder.</summary>
internal static class Heartbeats
{
    private static readonly HeartbeatKey s_key = new("test");

    public static HeartbeatView View(HeartbeatMessage message)
    {
        HeartbeatDecoder decoder = new(new HeartbeatKeys(s_key, false, true));
        HeartbeatRefusal refusal = decoder.Decode(HeartbeatEnvelope.Wrap(HeartbeatWriter.Write(message).Span, s_key));
        return refusal == HeartbeatRefusal.None ? decoder.View : throw new InvalidOperationException(refusal.ToString());
    }
}
