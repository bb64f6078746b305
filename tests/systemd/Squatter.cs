// Takes a port of the VIP before HAProxy can.
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;

namespace Amphora.Systemd.Tests;

/// <summary>A listening socket in HAProxy's namespace, without SO_REUSEPORT. <c>haproxy -c</c> does not bind, so that only a start or a
/// reload can find out.</summary>
internal sealed class Squatter : IAsyncDisposable
{
    private const string Unit = "squatter.service";

    private readonly SystemdAmphora _amphora;

    private Squatter(SystemdAmphora amphora) => _amphora = amphora;

    /// <summary>Takes the port.</summary>
    public static async Task<Squatter> TakeAsync(SystemdAmphora amphora, int port, CancellationToken cancellationToken)
    {
        await amphora.Container.OutputAsync(
            [
                "systemd-run", $"--unit={Unit}", "--property=NetworkNamespacePath=/run/netns/amphora-haproxy",
                "systemd-socket-activate", "-l", $"{amphora.Topology.Vip}:{port}", "true",
            ],
            cancellationToken);
        string[] listeners = ["ip", "netns", "exec", "amphora-haproxy", "ss", "--no-header", "--listening", "--tcp", "--numeric", $"sport = {port}"];
        await Until.TrueAsync(
            $"port {port} is taken",
            TimeSpan.FromSeconds(20),
            async () => (await amphora.Container.OutputAsync(listeners, cancellationToken)).Length > 0,
            cancellationToken);
        return new Squatter(amphora);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _amphora.Container.OutputAsync(["systemctl", "stop", Unit], CancellationToken.None);
}
