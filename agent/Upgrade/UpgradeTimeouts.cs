// How long each step of an upgrade may take.
using Amphora.Agent.Services;

namespace Amphora.Agent.Upgrade;

/// <summary>Limits that are not the caller's to say.</summary>
internal sealed record UpgradeTimeouts
{
    /// <summary>The self-test of a new binary.</summary>
    public TimeSpan SelfTest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the restart until the agent before has answered what it had begun and is gone (TimeoutStopSec= of its unit, and a margin).</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Until the agent before is ready again: both of TimeoutStopSec= and TimeoutStartSec= of its unit, and a margin.</summary>
    public TimeSpan Return { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Between two looks at the new agent.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Of calls to systemd.</summary>
    public ServiceTimeouts Services { get; init; } = new();
}
