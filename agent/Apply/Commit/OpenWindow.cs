// The time in which a generation has to prove itself.
using System.Globalization;
using System.Text.Json.Serialization;

namespace Amphora.Agent.Apply.Commit;

/// <summary>A generation that is not confirmed yet. Times are the kernel's, in milliseconds since this boot began, so that no clock that is set
/// moves them; they mean nothing after another boot.</summary>
internal sealed record OpenWindow
{
    /// <summary>The entry of the history.</summary>
    public required long Sequence { get; init; }

    /// <summary>The boot the times belong to.</summary>
    public required string BootId { get; init; }

    /// <summary>Until then it is held against the time before; null: it is not.</summary>
    public long? WatchedUntil { get; init; }

    /// <summary>By then somebody has to confirm it; null: nobody has to.</summary>
    public long? ConfirmBy { get; init; }

    /// <summary>The same for people.</summary>
    public DateTimeOffset? ConfirmByTime { get; init; }

    /// <summary>How long they were given, in seconds, for messages.</summary>
    public int? ConfirmWithin { get; init; }

    /// <summary>The time before the change; null: nothing to compare with.</summary>
    public BeforeCommit? Before { get; init; }

    /// <summary>Why it goes when nobody has confirmed it in time.</summary>
    [JsonIgnore]
    public string Unconfirmed => string.Create(CultureInfo.InvariantCulture, $"nobody confirmed it within {ConfirmWithin} s");
}
