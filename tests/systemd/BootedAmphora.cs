// One booted amphora for the tests of a class, or the reason why there is none.
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Systemd;
using Xunit;

namespace Amphora.Systemd.Tests;

/// <summary>Booting and the agent's start take seconds, so the tests of a class share an amphora; each pushes a load balancer of its own and deletes it.</summary>
public class BootedAmphora : IAsyncLifetime
{
    private SystemdAmphora? _amphora;
    private string? _obstacle;

    /// <summary>The amphora; skips the test, with the evidence, on a machine that cannot boot a systemd in a container.</summary>
    internal SystemdAmphora Amphora
    {
        get
        {
            Assert.SkipWhen(_obstacle is not null, $"systemd cannot be booted on this machine: {_obstacle}");
            return _amphora!;
        }
    }

    /// <summary>loadbalancer_topology.</summary>
    protected virtual string Topology => "SINGLE";

    /// <summary>Whether its VIP port is plugged over API 2.0.</summary>
    protected virtual bool IsPlugged => true;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _obstacle = await SystemdContainer.ObstacleAsync(TestContext.Current.CancellationToken);
        _amphora = _obstacle is null ? await SystemdAmphora.BootAsync(members: 2, Topology, IsPlugged, TestContext.Current.CancellationToken) : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_amphora is not null)
        {
            await _amphora.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

/// <summary>One whose VIP is keepalived's.</summary>
public sealed class BootedActiveStandby : BootedAmphora
{
    /// <inheritdoc/>
    protected override string Topology => "ACTIVE_STANDBY";
}

/// <summary>One that waits for a stock driver.</summary>
public sealed class BootedForStockDriver : BootedAmphora
{
    /// <inheritdoc/>
    protected override string Topology => "ACTIVE_STANDBY";

    /// <inheritdoc/>
    protected override bool IsPlugged => false;
}
