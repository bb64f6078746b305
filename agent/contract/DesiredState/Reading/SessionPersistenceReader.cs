// Session persistence: which fields go with which type and which pool protocol.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads <c>session_persistence</c>.</summary>
internal static class SessionPersistenceReader
{
    private const int MaxTimeoutSeconds = 2678400;

    internal static SessionPersistence? Read(JsonValue value, PoolProtocol? pool)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var typeField = json.Required("type");
        var type = typeField.Word(WireNames.SessionPersistenceTypes);
        JsonValue cookie = json.Optional("cookie_name"), timeout = json.Optional("persistence_timeout"),
            granularity = json.Optional("persistence_granularity");
        if (type == SessionPersistenceType.AppCookie)
        {
            cookie.MustBePresent("with type APP_COOKIE");
        }
        else if (type is { } other)
        {
            cookie.MustBeAbsent($"with type {other.ToWire()}");
        }

        CheckProtocol(pool, type, typeField, timeout, granularity);
        var cookieName = cookie.Text(DocumentText.HttpToken);
        var seconds = timeout.Int32(1, MaxTimeoutSeconds);
        var mask = granularity.Address();
        json.Close();

        return !json.Faults.None ? null : new SessionPersistence
        {
            Type = type!.Value,
            CookieName = cookieName,
            PersistenceTimeout = seconds,
            PersistenceGranularity = mask,
        };
    }

    private static void CheckProtocol(
        PoolProtocol? pool, SessionPersistenceType? type, JsonValue typeField, JsonValue timeout, JsonValue granularity)
    {
        if (pool is not { } protocol)
        {
            return;
        }

        var because = $"in a pool of protocol {protocol.ToWire()}";
        if (protocol is not (PoolProtocol.Udp or PoolProtocol.Sctp))
        {
            timeout.MustBeAbsent(because);
            granularity.MustBeAbsent(because);
        }
        else if (type is not (null or SessionPersistenceType.SourceIp))
        {
            typeField.Refuse("const", $"SOURCE_IP {because}");
        }
    }
}
