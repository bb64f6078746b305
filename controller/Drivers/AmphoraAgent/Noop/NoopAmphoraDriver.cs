// Agents that do nothing and remember what they were asked.
using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent.Noop;

/// <summary>For tests of what is above, and for measuring it.</summary>
internal sealed class NoopAmphoraDriver : IAmphoraDriver
{
    private readonly ConcurrentDictionary<Guid, LoadBalancerPush> _pushed = [];
    private readonly ConcurrentDictionary<Guid, string> _certificates = [];
    private readonly ConcurrentDictionary<Guid, string> _configurations = [];
    private readonly ConcurrentDictionary<(Guid Amphora, PhysicalAddress Port), Port> _plugged = [];
    private readonly ConcurrentDictionary<Guid, bool> _silent = [];
    private readonly ConcurrentQueue<string> _calls = [];

    /// <summary>What was asked, in order: <c>push ID</c>, <c>stop ID</c>.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>The amphora that has the VIPs; null: none.</summary>
    public Guid? Active { get; set; }

    /// <summary>Amphorae that answer and whose listeners are not open.</summary>
    public ConcurrentDictionary<Guid, bool> NotServing { get; } = [];

    /// <summary>What an amphora was told last; null when nothing was.</summary>
    public LoadBalancerPush? Pushed(Guid amphora) => _pushed.GetValueOrDefault(amphora);

    /// <summary>The ports that an amphora was told of.</summary>
    public IReadOnlyList<Port> Plugged(Guid amphora) => [.. _plugged.Where(pair => pair.Key.Amphora == amphora).Select(static pair => pair.Value)];

    /// <summary>Nobody answers in an amphora from now on.</summary>
    public void Silence(Guid amphora) => _silent[amphora] = true;

    /// <summary>The certificate that an amphora was given while it ran; null when none was.</summary>
    public string? Certificate(Guid amphora) => _certificates.GetValueOrDefault(amphora);

    /// <summary>The configuration that an amphora was given while it ran; null when none was.</summary>
    public string? Configuration(Guid amphora) => _configurations.GetValueOrDefault(amphora);

    /// <inheritdoc/>
    public Task WaitAsync(AmphoraAddress amphora, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(amphora, () => true);

    /// <inheritdoc/>
    public Task<string> PlugAsync(AmphoraAddress amphora, PhysicalAddress port, Port plug, CancellationToken cancellationToken) => AskAsync(amphora, () =>
    {
        _plugged[(amphora.Id, port)] = plug;
        return "eth1";
    });

    /// <inheritdoc/>
    public Task UnplugAsync(AmphoraAddress amphora, PhysicalAddress port, CancellationToken cancellationToken) => AskAsync(amphora, () => _plugged.TryRemove((amphora.Id, port), out _));

    /// <inheritdoc/>
    public Task PushAsync(AmphoraAddress amphora, LoadBalancerPush push, CancellationToken cancellationToken) => AskAsync(amphora, () =>
    {
        _calls.Enqueue($"push {amphora.Id}");
        return _pushed[amphora.Id] = push;
    });

    /// <inheritdoc/>
    public Task UploadCertificateAsync(AmphoraAddress amphora, string serverPem, CancellationToken cancellationToken) => AskAsync(amphora, () => _certificates[amphora.Id] = serverPem);

    /// <inheritdoc/>
    public Task UpdateConfigurationAsync(AmphoraAddress amphora, string text, CancellationToken cancellationToken) => AskAsync(amphora, () => _configurations[amphora.Id] = text);

    /// <inheritdoc/>
    public Task<bool> HasAddressAsync(AmphoraAddress amphora, IPAddress address, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(amphora, () => amphora.Id == Active);

    /// <inheritdoc/>
    public Task StopAsync(AmphoraAddress amphora, Guid loadBalancer, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(amphora, () =>
    {
        _calls.Enqueue($"stop {amphora.Id}");
        return true;
    });

    /// <inheritdoc/>
    public Task<AgentLook?> LookAsync(AmphoraAddress amphora, Guid? loadBalancer, TimeSpan limit, CancellationToken cancellationToken) => Task.FromResult<AgentLook?>(null);

    /// <inheritdoc/>
    public Task<bool> IsServingAsync(AmphoraAddress amphora, Guid loadBalancer, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(amphora, () => !NotServing.ContainsKey(amphora.Id));

    private Task<T> AskAsync<T>(AmphoraAddress amphora, Func<T> answer) => _silent.ContainsKey(amphora.Id)
        ? Task.FromException<T>(new DriverException($"cannot ask amphora {amphora.Id}: it is silent", DriverErrorKind.Unreachable))
        : Task.FromResult(answer());
}
