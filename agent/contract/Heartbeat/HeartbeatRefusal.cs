// Why a datagram is no heartbeat, or none that is taken.
namespace Amphora.Contract.Heartbeat;

/// <summary>The reasons, in the order they are looked for.</summary>
public enum HeartbeatRefusal
{
    /// <summary>It is taken.</summary>
    None,

    /// <summary>Too short for payload and mac.</summary>
    TooShort,

    /// <summary>The payload is no zlib stream.</summary>
    Compression,

    /// <summary>With per-amphora keys: the message does not begin with its id.</summary>
    IdNotFirst,

    /// <summary>The mac is not made with a key that is accepted here.</summary>
    Mac,

    /// <summary>It expands to more than a heartbeat can say.</summary>
    Expansion,

    /// <summary>The text is no JSON, or nested too deep.</summary>
    Json,

    /// <summary>A field has the wrong type, is missing, or stands there twice.</summary>
    Shape,

    /// <summary>A number is negative or too large, a name empty, too long or not printable ASCII, or there are too many of something.</summary>
    Bounds,

    /// <summary>Not message version 3.</summary>
    Version,

    /// <summary>It was taken before, or is older than one that was.</summary>
    Replay,

    /// <summary>Its time is too far from ours.</summary>
    Clock,
}
