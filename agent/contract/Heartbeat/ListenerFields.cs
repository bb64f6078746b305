// The field "listeners" of a heartbeat.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads listeners into the view.</summary>
internal static class ListenerFields
{
    private const int MostListeners = 10_000;

    // One bit a figure.
    private const int Connections = 4;
    private const int AllFigures = 31;

    /// <summary>Reads them all; stands at the value.</summary>
    public static HeartbeatRefusal Read(ref JsonTokens json, HeartbeatView view)
    {
        var refusal = json.TokenType == JsonTokenType.StartObject ? HeartbeatRefusal.None : HeartbeatRefusal.Shape;
        while (refusal == HeartbeatRefusal.None && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            refusal = Scalars.ReadText(ref json, out var id);
            refusal = refusal != HeartbeatRefusal.None ? refusal : Scalars.Enter(ref json, view.ListenerList.Count < MostListeners);
            refusal = refusal != HeartbeatRefusal.None ? refusal : ReadListener(ref json, view, id);
        }

        return refusal;
    }

    private static HeartbeatRefusal ReadListener(ref JsonTokens json, HeartbeatView view, TextRange id)
    {
        var listener = new ListenerEntry { Id = id };
        var (hasStatus, hasStats) = (false, false);
        var refusal = HeartbeatRefusal.None;
        while (refusal == HeartbeatRefusal.None && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("status"u8) && !hasStatus)
            {
                json.Read();
                refusal = Scalars.ReadText(ref json, out var status);
                (listener, hasStatus) = (listener with { Status = status }, true);
            }
            else if (json.ValueTextEquals("stats"u8) && !hasStats)
            {
                refusal = ReadFigures(ref json, AllFigures, out var stats);
                (listener, hasStats) = (listener with { Stats = stats }, true);
            }
            else if (json.ValueTextEquals("total"u8) && !listener.HasTotal)
            {
                refusal = ReadFigures(ref json, AllFigures & ~Connections, out var total);
                listener = listener with { HasTotal = true, Total = total };
            }
            else
            {
                refusal = IsKnown(ref json) ? HeartbeatRefusal.Shape : HeartbeatRefusal.None;
                json.Skip();
            }
        }

        view.ListenerList.Add(listener);
        return refusal != HeartbeatRefusal.None || (hasStatus && hasStats) ? refusal : HeartbeatRefusal.Shape;
    }

    // A second one of the same name.
    private static bool IsKnown(ref JsonTokens json) =>
        json.ValueTextEquals("status"u8) || json.ValueTextEquals("stats"u8) || json.ValueTextEquals("total"u8);

    private static HeartbeatRefusal ReadFigures(ref JsonTokens json, int wanted, out StatsEntry stats)
    {
        stats = default;
        var seen = 0;
        var refusal = Scalars.Enter(ref json, hasRoom: true);
        while (refusal == HeartbeatRefusal.None && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var figure = FigureOf(ref json);
            json.Read();
            if (figure == 0)
            {
                json.Skip();
                continue;
            }

            refusal = Scalars.ReadNumber(ref json, out var number);
            refusal = (seen & figure) != 0 ? HeartbeatRefusal.Shape : refusal;
            stats = With(stats, figure, number);
            seen |= figure;
        }

        return refusal != HeartbeatRefusal.None || (seen & wanted) == wanted ? refusal : HeartbeatRefusal.Shape;
    }

    private static int FigureOf(ref JsonTokens json) => json.ValueTextEquals("tx"u8) ? 1
        : json.ValueTextEquals("rx"u8) ? 2
        : json.ValueTextEquals("conns"u8) ? Connections
        : json.ValueTextEquals("totconns"u8) ? 8
        : json.ValueTextEquals("ereq"u8) ? 16
        : 0;

    private static StatsEntry With(StatsEntry stats, int figure, long number) => figure switch
    {
        1 => stats with { Tx = number },
        2 => stats with { Rx = number },
        Connections => stats with { Conns = number },
        8 => stats with { Totconns = number },
        _ => stats with { Ereq = number },
    };
}
