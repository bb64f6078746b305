// JSON text → HeartbeatView; strict and bounded, because it comes over UDP.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads the text of one message. Unknown fields are passed over, as upstream's receiver does: that is how the format grows.</summary>
internal ref struct HeartbeatReader(ReadOnlySpan<byte> json, HeartbeatView view)
{
    private const int DeepestNesting = 8;
    private const int LongestText = 255;
    private const int MostListeners = 10_000;
    private const int MostPools = 20_000;
    private const int MostMembers = 100_000;

    private readonly HeartbeatView _view = view;
    private Utf8JsonReader _json = new(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
    private Fields _seen;

    [Flags]
    private enum Fields
    {
        Id = 1,
        Sequence = 2,
        Listeners = 4,
        Pools = 8,
        Version = 16,
        Boot = 32,
        Started = 64,
        Time = 128,
        Message = Id | Sequence | Listeners | Pools | Version,
        Origin = Boot | Started | Time,
    }

    /// <summary>Fills the view.</summary>
    public HeartbeatRefusal Read()
    {
        try
        {
            var refusal = ReadMessage();
            if (refusal == HeartbeatRefusal.None)
            {
                _view.HasOrigin = (_seen & Fields.Origin) == Fields.Origin;
                refusal = (_seen & Fields.Message) != Fields.Message || (!_view.HasOrigin && (_seen & Fields.Origin) != 0) || _json.Read()
                    ? HeartbeatRefusal.Shape
                    : HeartbeatRefusal.None;
            }

            return refusal;
        }
        catch (JsonException)
        {
            return HeartbeatRefusal.Json;
        }
    }

    private HeartbeatRefusal ReadMessage()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return HeartbeatRefusal.Shape;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var refusal = ReadField();
            if (refusal != HeartbeatRefusal.None)
            {
                return refusal;
            }
        }

        return HeartbeatRefusal.None;
    }

    private HeartbeatRefusal ReadField()
    {
        var field = _json.ValueTextEquals("id"u8) ? Fields.Id
            : _json.ValueTextEquals("seq"u8) ? Fields.Sequence
            : _json.ValueTextEquals("listeners"u8) ? Fields.Listeners
            : _json.ValueTextEquals("pools"u8) ? Fields.Pools
            : _json.ValueTextEquals("ver"u8) ? Fields.Version
            : _json.ValueTextEquals("boot_id"u8) ? Fields.Boot
            : _json.ValueTextEquals("started"u8) ? Fields.Started
            : _json.ValueTextEquals("time"u8) ? Fields.Time
            : 0;
        if ((_seen & field) != 0)
        {
            return HeartbeatRefusal.Shape;
        }

        _seen |= field;
        _json.Read();
        switch (field)
        {
            case Fields.Listeners:
                return ReadListeners();
            case Fields.Pools:
                return ReadPools();
            case Fields.Id or Fields.Boot:
                var refusal = ReadText(out var text);
                _view.IdRange = field == Fields.Id ? text : _view.IdRange;
                _view.BootRange = field == Fields.Boot ? text : _view.BootRange;
                return refusal;
            case 0:
                _json.Skip();
                return HeartbeatRefusal.None;
            default:
                return SetNumber(field);
        }
    }

    private HeartbeatRefusal SetNumber(Fields field)
    {
        var refusal = ReadNumber(out var number);
        switch (field)
        {
            case Fields.Sequence:
                _view.Sequence = number;
                break;
            case Fields.Started:
                _view.Started = number;
                break;
            case Fields.Time:
                _view.Time = number;
                break;
            default:
                return refusal == HeartbeatRefusal.None && number != HeartbeatMessage.Version ? HeartbeatRefusal.Version : refusal;
        }

        return refusal;
    }

    private HeartbeatRefusal ReadListeners()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return HeartbeatRefusal.Shape;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var refusal = ReadText(out var id);
            refusal = refusal != HeartbeatRefusal.None ? refusal : ReadListener(id);
            if (refusal != HeartbeatRefusal.None)
            {
                return refusal;
            }
        }

        return HeartbeatRefusal.None;
    }

    private HeartbeatRefusal ReadListener(TextRange id)
    {
        var (status, stats, total) = (default(TextRange), default(StatsEntry), default(StatsEntry));
        var (hasStatus, hasStats, hasTotal) = (false, false, false);
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject || _view.ListenerList.Count == MostListeners)
        {
            return _json.TokenType != JsonTokenType.StartObject ? HeartbeatRefusal.Shape : HeartbeatRefusal.Bounds;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var refusal = HeartbeatRefusal.None;
            if (_json.ValueTextEquals("status"u8))
            {
                _json.Read();
                refusal = hasStatus ? HeartbeatRefusal.Shape : ReadText(out status);
                hasStatus = true;
            }
            else if (_json.ValueTextEquals("stats"u8))
            {
                refusal = hasStats ? HeartbeatRefusal.Shape : ReadStats(withConnections: true, out stats);
                hasStats = true;
            }
            else if (_json.ValueTextEquals("total"u8))
            {
                refusal = hasTotal ? HeartbeatRefusal.Shape : ReadStats(withConnections: false, out total);
                hasTotal = true;
            }
            else
            {
                _json.Skip();
            }

            if (refusal != HeartbeatRefusal.None)
            {
                return refusal;
            }
        }

        _view.ListenerList.Add(new ListenerEntry(id, status, stats, hasTotal, total));
        return hasStatus && hasStats ? HeartbeatRefusal.None : HeartbeatRefusal.Shape;
    }

    private HeartbeatRefusal ReadStats(bool withConnections, out StatsEntry stats)
    {
        stats = default;
        var seen = 0;
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return HeartbeatRefusal.Shape;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var metric = _json.ValueTextEquals("tx"u8) ? 1
                : _json.ValueTextEquals("rx"u8) ? 2
                : _json.ValueTextEquals("conns"u8) ? 4
                : _json.ValueTextEquals("totconns"u8) ? 8
                : _json.ValueTextEquals("ereq"u8) ? 16
                : 0;
            _json.Read();
            if (metric == 0)
            {
                _json.Skip();
                continue;
            }

            var refusal = ReadNumber(out var number);
            if (refusal != HeartbeatRefusal.None || (seen & metric) != 0)
            {
                return refusal != HeartbeatRefusal.None ? refusal : HeartbeatRefusal.Shape;
            }

            seen |= metric;
            stats = metric switch
            {
                1 => stats with { Tx = number },
                2 => stats with { Rx = number },
                4 => stats with { Conns = number },
                8 => stats with { Totconns = number },
                _ => stats with { Ereq = number },
            };
        }

        return seen == 31 || (seen == 27 && !withConnections) ? HeartbeatRefusal.None : HeartbeatRefusal.Shape;
    }

    private HeartbeatRefusal ReadPools()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return HeartbeatRefusal.Shape;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var refusal = ReadText(out var key);
            refusal = refusal != HeartbeatRefusal.None ? refusal : ReadPool(key);
            if (refusal != HeartbeatRefusal.None)
            {
                return refusal;
            }
        }

        return HeartbeatRefusal.None;
    }

    private HeartbeatRefusal ReadPool(TextRange key)
    {
        var (status, first, hasStatus, hasMembers) = (default(TextRange), _view.MemberList.Count, false, false);
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject || _view.PoolList.Count == MostPools)
        {
            return _json.TokenType != JsonTokenType.StartObject ? HeartbeatRefusal.Shape : HeartbeatRefusal.Bounds;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var refusal = HeartbeatRefusal.None;
            if (_json.ValueTextEquals("status"u8))
            {
                _json.Read();
                refusal = hasStatus ? HeartbeatRefusal.Shape : ReadText(out status);
                hasStatus = true;
            }
            else if (_json.ValueTextEquals("members"u8))
            {
                refusal = hasMembers ? HeartbeatRefusal.Shape : ReadMembers();
                hasMembers = true;
            }
            else
            {
                _json.Skip();
            }

            if (refusal != HeartbeatRefusal.None)
            {
                return refusal;
            }
        }

        _view.PoolList.Add(new PoolEntry(key, status, first, _view.MemberList.Count - first));
        return hasStatus && hasMembers ? HeartbeatRefusal.None : HeartbeatRefusal.Shape;
    }

    private HeartbeatRefusal ReadMembers()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return HeartbeatRefusal.Shape;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var refusal = ReadText(out var id);
            _json.Read();
            var status = default(TextRange);
            refusal = refusal != HeartbeatRefusal.None ? refusal : ReadText(out status);
            if (refusal != HeartbeatRefusal.None || _view.MemberList.Count == MostMembers)
            {
                return refusal != HeartbeatRefusal.None ? refusal : HeartbeatRefusal.Bounds;
            }

            _view.MemberList.Add(new MemberEntry(id, status));
        }

        return HeartbeatRefusal.None;
    }

    // Names are UUIDs and words: an escape in one is no word of anybody's, and control characters would reach terminals.
    private readonly HeartbeatRefusal ReadText(out TextRange range)
    {
        range = default;
        if (_json.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return HeartbeatRefusal.Shape;
        }

        var text = _json.ValueSpan;
        if (_json.ValueIsEscaped || text.Length is 0 or > LongestText || text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return HeartbeatRefusal.Bounds;
        }

        range = new TextRange((int)_json.TokenStartIndex + 1, text.Length);
        return HeartbeatRefusal.None;
    }

    private readonly HeartbeatRefusal ReadNumber(out long number)
    {
        number = 0;
        if (_json.TokenType != JsonTokenType.Number)
        {
            return HeartbeatRefusal.Shape;
        }

        return _json.TryGetInt64(out number) && number >= 0 ? HeartbeatRefusal.None : HeartbeatRefusal.Bounds;
    }
}
