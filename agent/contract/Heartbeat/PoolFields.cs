// The field "pools" of a heartbeat.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads pools and members into the view.</summary>
internal static class PoolFields
{
    private const int MostPools = 20_000;
    private const int MostMembers = 100_000;

    /// <summary>Reads them all; stands at the value.</summary>
    public static HeartbeatRefusal Read(ref JsonTokens json, HeartbeatView view)
    {
        var refusal = json.TokenType == JsonTokenType.StartObject ? HeartbeatRefusal.None : HeartbeatRefusal.Shape;
        while (refusal == HeartbeatRefusal.None && json.ReadName())
        {
            refusal = Scalars.ReadText(ref json, out var key);
            refusal = refusal != HeartbeatRefusal.None ? refusal : Scalars.Enter(ref json, view.PoolList.Count < MostPools);
            refusal = refusal != HeartbeatRefusal.None ? refusal : ReadPool(ref json, view, key);
        }

        return refusal;
    }

    private static HeartbeatRefusal ReadPool(ref JsonTokens json, HeartbeatView view, TextRange key)
    {
        var (status, first, hasStatus, hasMembers) = (default(TextRange), view.MemberList.Count, false, false);
        var refusal = HeartbeatRefusal.None;
        while (refusal == HeartbeatRefusal.None && json.ReadName())
        {
            if (json.ValueTextEquals("status"u8))
            {
                refusal = Scalars.ReadNextText(ref json, out var text);
                (refusal, status) = hasStatus ? (HeartbeatRefusal.Shape, status) : (refusal, text);
                hasStatus = true;
            }
            else if (json.ValueTextEquals("members"u8))
            {
                refusal = hasMembers ? HeartbeatRefusal.Shape : ReadMembers(ref json, view);
                hasMembers = true;
            }
            else
            {
                json.Skip();
            }
        }

        view.PoolList.Add(new PoolEntry(key, status, first, view.MemberList.Count - first));
        return refusal != HeartbeatRefusal.None || (hasStatus && hasMembers) ? refusal : HeartbeatRefusal.Shape;
    }

    private static HeartbeatRefusal ReadMembers(ref JsonTokens json, HeartbeatView view)
    {
        var refusal = Scalars.Enter(ref json, hasRoom: true);
        while (refusal == HeartbeatRefusal.None && json.ReadName())
        {
            TextRange id = default;
            refusal = view.MemberList.Count < MostMembers ? Scalars.ReadText(ref json, out id) : HeartbeatRefusal.Bounds;
            if (refusal == HeartbeatRefusal.None)
            {
                refusal = Scalars.ReadNextText(ref json, out var status);
                view.MemberList.Add(new MemberEntry(id, status));
            }
        }

        return refusal;
    }
}
