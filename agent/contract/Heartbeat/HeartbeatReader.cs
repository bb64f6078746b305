// JSON text → HeartbeatView; strict and bounded, because it comes over UDP.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads the text of one message. Unknown fields are passed over, as upstream's receiver does: that is how the format grows.</summary>
internal ref struct HeartbeatReader(ReadOnlySpan<byte> json, HeartbeatView view)
{
    private readonly HeartbeatView _view = view;
    private JsonTokens _json = new(json);
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
        var refusal = ReadMessage();
        if (refusal == HeartbeatRefusal.None)
        {
            _view.HasOrigin = (_seen & Fields.Origin) == Fields.Origin;
            refusal = (_seen & Fields.Message) != Fields.Message || (!_view.HasOrigin && (_seen & Fields.Origin) != 0) || _json.Read()
                ? HeartbeatRefusal.Shape
                : HeartbeatRefusal.None;
        }

        return _json.IsBroken ? HeartbeatRefusal.Json : refusal;
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
                return ListenerFields.Read(ref _json, _view);
            case Fields.Pools:
                return PoolFields.Read(ref _json, _view);
            case Fields.Id or Fields.Boot:
                var refusal = Scalars.ReadText(ref _json, out var text);
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
        var refusal = Scalars.ReadNumber(ref _json, out var number);
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
}
