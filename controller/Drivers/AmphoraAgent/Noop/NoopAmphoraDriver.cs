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
    private readonly ConcurrentDictionary<Guid, string> _certificates = [];
    private readonly ConcurrentDictionary<Guid, string> _configurations = [];

    /// <summary>What an amphora was told last; null when nothing was.</summary>
    public LoadBalancerPush? Pushed(Guid amphora) => _pushed.GetValueOrDefault(amphora);

    /// <summary>The VIP's port that an amphora was told of.</summary>
    public Port? Plugged(Guid amphora) => _plugged.GetValueOrDefault(amphora);

    /// <summary>The certificate that an amphora was given while it ran; null when none was.</summary>
    public string? Certificate(Guid amphora) => _certificates.GetValueOrDefault(amphora);

    /// <summary>The configuration that an amphora was given while it ran; null when none was.</summary>
    public string? Configuration(Guid amphora) => _configurations.GetValueOrDefault(amphora);

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

    /// <inheritdoc/>
    public Task UploadCertificateAsync(AmphoraAddress amphora, string serverPem, CancellationToken cancellationToken)
    {
        _certificates[amphora.Id] = serverPem;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UpdateConfigurationAsync(AmphoraAddress amphora, string text, CancellationToken cancellationToken)
    {
        _configurations[amphora.Id] = text;
        return Task.CompletedTask;
    }
}
