// The field "listeners" of a heartbeat.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads listeners into the view.</summary>
internal static class ListenerFields
{
    private const int MostListeners = 10_000;

    // Figures by number: tx, rx, conns, totconns, ereq; one bit each.
    private const int Figures = 5;
    private const int Connections = 1 << 2;
    private const int AllFigures = (1 << Figures) - 1;

    /// <summary>Reads them all; stands at the value.</summary>
    public static HeartbeatRefusal Read(ref JsonTokens json, HeartbeatView view)
    {
        var refusal = json.TokenType == JsonTokenType.StartObject ? HeartbeatRefusal.None : HeartbeatRefusal.Shape;
        while (refusal == HeartbeatRefusal.None && json.ReadName())
        {
            refusal = Scalars.ReadText(ref json, out var id);
            refusal = refusal != HeartbeatRefusal.None ? refusal : Scalars.Enter(ref json, view.ListenerList.Count < MostListeners);
            refusal = refusal != HeartbeatRefusal.None ? refusal : ReadListener(ref json, view, id);
        }

        return refusal;
    }

    private static HeartbeatRefusal ReadListener(ref JsonTokens json, HeartbeatView view, TextRange id)
    {
        TextRange status = default;
        StatsEntry stats = default, total = default;
        var (hasStatus, hasStats, hasTotal) = (false, false, false);
        var refusal = HeartbeatRefusal.None;
        while (refusal == HeartbeatRefusal.None && json.ReadName())
        {
            if (json.ValueTextEquals("status"u8) && !hasStatus)
            {
                refusal = Scalars.ReadNextText(ref json, out status);
                hasStatus = true;
            }
            else if (json.ValueTextEquals("stats"u8) && !hasStats)
            {
                refusal = ReadFigures(ref json, AllFigures, out stats);
                hasStats = true;
            }
            else if (json.ValueTextEquals("total"u8) && !hasTotal)
            {
                refusal = ReadFigures(ref json, AllFigures & ~Connections, out total);
                hasTotal = true;
            }
            else
            {
                refusal = IsKnown(ref json) ? HeartbeatRefusal.Shape : HeartbeatRefusal.None;
                json.Skip();
            }
        }

        view.ListenerList.Add(new ListenerEntry(id, status, stats, hasTotal, total));
        return refusal != HeartbeatRefusal.None || (hasStatus && hasStats) ? refusal : HeartbeatRefusal.Shape;
    }

    // A second one of the same name.
    private static bool IsKnown(ref JsonTokens json) =>
        json.ValueTextEquals("status"u8) || json.ValueTextEquals("stats"u8) || json.ValueTextEquals("total"u8);

    private static HeartbeatRefusal ReadFigures(ref JsonTokens json, int wanted, out StatsEntry stats)
    {
        Span<long> figures = stackalloc long[Figures];
        figures.Clear();
        var seen = 0;
        var refusal = Scalars.Enter(ref json, hasRoom: true);
        while (refusal == HeartbeatRefusal.None && json.ReadName())
        {
            var figure = FigureOf(ref json);
            if (figure < 0)
            {
                json.Skip();
                continue;
            }

            refusal = Scalars.ReadNextNumber(ref json, out figures[figure]);
            refusal = (seen & (1 << figure)) != 0 ? HeartbeatRefusal.Shape : refusal;
            seen |= 1 << figure;
        }

        stats = new StatsEntry(Tx: figures[0], Rx: figures[1], Conns: figures[2], Totconns: figures[3], Ereq: figures[4]);
        return refusal != HeartbeatRefusal.None || (seen & wanted) == wanted ? refusal : HeartbeatRefusal.Shape;
    }

    private static int FigureOf(ref JsonTokens json) => json.ValueTextEquals("tx"u8) ? 0
        : json.ValueTextEquals("rx"u8) ? 1
        : json.ValueTextEquals("conns"u8) ? 2
        : json.ValueTextEquals("totconns"u8) ? 3
        : json.ValueTextEquals("ereq"u8) ? 4
        : -1;
}
