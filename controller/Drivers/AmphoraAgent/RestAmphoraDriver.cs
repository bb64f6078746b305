// Agents over mutual TLS: ours over API 2.0, stock ones over 1.0.
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.Networking.Netns;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>The way to real agents.</summary>
/// <param name="credentials">What is shown to them and trusted.</param>
/// <param name="timeouts">For one call with its repetitions.</param>
internal sealed class RestAmphoraDriver(AgentCredentials credentials, AgentTimeouts timeouts) : IAmphoraDriver
{
    /// <inheritdoc/>
    public Task WaitAsync(AmphoraAddress amphora, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(amphora, timeouts with { Overall = limit }, static (agent, token) => agent.GetVersionsAsync(token), cancellationToken);

    /// <inheritdoc/>
    public async Task<string> PlugAsync(AmphoraAddress amphora, PhysicalAddress port, Port plug, CancellationToken cancellationToken)
    {
        var mac = PhysicalAddressConverter.Spell(port);
        return (await AskAsync(amphora, timeouts, (agent, token) => agent.PlugAsync(mac, plug, token), cancellationToken)).Interface;
    }

    /// <inheritdoc/>
    public Task PushAsync(AmphoraAddress amphora, LoadBalancerPush push, CancellationToken cancellationToken) =>
        AskAsync(amphora, timeouts, (agent, token) => agent.PushAsync(push, null, token), cancellationToken);

    /// <inheritdoc/>
    public async Task UploadCertificateAsync(AmphoraAddress amphora, string serverPem, CancellationToken cancellationToken)
    {
        await AskAsync(amphora, timeouts, (agent, token) => agent.PutServerCertificateAsync(serverPem, token), cancellationToken);
        // A connection of its own: its handshake is the first with the new certificate.
        await WaitAsync(amphora, timeouts.Overall, cancellationToken);
    }

    /// <inheritdoc/>
    public Task UpdateConfigurationAsync(AmphoraAddress amphora, string text, CancellationToken cancellationToken) =>
        AskAsync(amphora, timeouts, (agent, token) => agent.PutConfigurationAsync(text, token), cancellationToken);

    /// <inheritdoc/>
    public Task UnplugAsync(AmphoraAddress amphora, PhysicalAddress port, CancellationToken cancellationToken) =>
        AskAsync(amphora, timeouts, (agent, token) => agent.UnplugAsync(PhysicalAddressConverter.Spell(port), token), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> HasAddressAsync(AmphoraAddress amphora, IPAddress address, TimeSpan limit, CancellationToken cancellationToken)
    {
        var ports = await AskAsync(amphora, timeouts with { Overall = limit }, static (agent, token) => agent.ListPortsAsync(token), cancellationToken);
        return ports.Ports.Any(port => port.Addresses.Any(text => IPAddress.TryParse(text.Split('/')[0], out var has) && has.Equals(address)));
    }

    /// <inheritdoc/>
    public Task StopAsync(AmphoraAddress amphora, Guid loadBalancer, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(amphora, timeouts with { Overall = limit }, (agent, token) => agent.DeleteAsync(loadBalancer, null, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<AgentLook?> LookAsync(AmphoraAddress amphora, Guid? loadBalancer, TimeSpan limit, CancellationToken cancellationToken) =>
        await AgentLook.TakeAsync(EndpointOf(amphora), credentials, loadBalancer, limit, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsServingAsync(AmphoraAddress amphora, Guid loadBalancer, TimeSpan limit, CancellationToken cancellationToken)
    {
        var status = await TryAsync(amphora, timeouts with { Overall = limit }, (agent, token) => agent.GetStatusAsync(loadBalancer, token), cancellationToken);
        return status.Error is { } error
            ? error.Kind == AgentErrorKind.Refused ? false : throw new DriverException(Words(error), KindOf(error))
            : status.Value.Listeners.Count == 0 || status.Value.Listeners.Exists(static one => one.OperatingStatus is "ONLINE" or "DEGRADED");
    }

    private async Task<T> AskAsync<T>(
        AmphoraAddress amphora, AgentTimeouts limits, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(amphora, limits, ask, cancellationToken);
        return answer.Error is { } error ? throw new DriverException(Words(error), KindOf(error)) : answer.Value;
    }

    private async Task<AgentAnswer<T>> TryAsync<T>(
        AmphoraAddress amphora, AgentTimeouts limits, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        return (await DriversSlice.AskAllAsync(new AgentGroup([EndpointOf(amphora)], credentials, limits), null, ask, cancellationToken))[0];
    }

    private static DriverErrorKind KindOf(AgentError error) => error.Kind == AgentErrorKind.Unreachable ? DriverErrorKind.Unreachable : DriverErrorKind.Failed;

    private static AgentEndpoint EndpointOf(AmphoraAddress amphora) => new(new UriBuilder(Uri.UriSchemeHttps, amphora.Address.ToString(), amphora.Port).Uri, amphora.Id);

    // The tool's own last words are what helps: that haproxy ended with exit code 1 does not.
    private static string Words(AgentError error)
    {
        IEnumerable<string?> words = [error.Message, error.Problem?.Failure?.Output?.Trim(), .. error.Faults.Select(static fault => $"{fault.Path}: {fault.Message}")];
        return string.Join(": ", words.Where(static word => !string.IsNullOrEmpty(word)));
    }
}
