// How long to wait before a service that died is started again.
namespace Amphora.Agent.Services;

/// <summary>Exponential back-off: the first restart comes soon, each further one after twice the time, up to a limit; a service that
/// has run for a while begins anew.</summary>
internal sealed record RestartBackOff
{
    private const int MostDoublings = 20;

    /// <summary>Before the first restart; systemd's RestartSec has the same default.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Never longer.</summary>
    public TimeSpan Most { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Running this long counts as having recovered.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the next restart.</summary>
    /// <param name="failures">How often in a row it has died without having recovered, this time not counted.</param>
    public TimeSpan Delay(int failures)
    {
        var delay = First * Math.Pow(2, Math.Min(failures, MostDoublings));
        return delay < Most ? delay : Most;
    }
}
