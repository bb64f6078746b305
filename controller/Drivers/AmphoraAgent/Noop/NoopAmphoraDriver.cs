// Agents that do nothing and remember what they were asked.
using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent.Noop;

/// <summary>For tests of what is above, and for measuring it.</summary>
internal sealed class NoopAmphoraDriver : IAmphoraDriver
{
    private readonly ConcurrentDictionary<Guid, LoadBalancerPush> _pushed = [];
    private readonly ConcurrentDictionary<Guid, Port> _plugged = [];

    /// <summary>What an amphora was told last; null when nothing was.</summary>
    public LoadBalancerPush? Pushed(Guid amphora) => _pushed.GetValueOrDefault(amphora);

    /// <summary>The VIP's port that an amphora was told of.</summary>
    public Port? Plugged(Guid amphora) => _plugged.GetValueOrDefault(amphora);

    /// <inheritdoc/>
    public Task WaitAsync(AmphoraAddress amphora, TimeSpan limit, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<string> PlugAsync(AmphoraAddress amphora, PhysicalAddress port, Port plug, CancellationToken cancellationToken)
    {
        _plugged[amphora.Id] = plug;
        return Task.FromResult("eth1");
    }

    /// <inheritdoc/>
    public Task PushAsync(AmphoraAddress amphora, LoadBalancerPush push, CancellationToken cancellationToken)
    {
        _pushed[amphora.Id] = push;
        return Task.CompletedTask;
    }
}
