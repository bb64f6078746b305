// Front door of in-place upgrades: takes a signed binary, tries it, goes back when it does not prove itself.
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.SdBus;

namespace Amphora.Agent.Upgrade;

/// <summary>The agent receives, checks and tests (<see cref="Upgrader"/>); the guard, the image's own binary in a unit of its own, switches,
/// watches and goes back (<see cref="UpgradeGuard"/>).</summary>
internal static class UpgradeSlice
{
    /// <summary>What the agent needs.</summary>
    public static IServiceCollection AddUpgrade(this IServiceCollection services, UpgradeOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RunningProgram>()
        .AddSingleton<BinarySlots>()
        .AddSingleton<UpgradeStore>()
        .AddSingleton<Confirmation>()
        .AddSingleton<Upgrader>();

    /// <summary>Confirms an upgrade with the first request that is answered.</summary>
    public static void UseUpgrade(this IApplicationBuilder app)
    {
        var confirmation = app.ApplicationServices.GetRequiredService<Confirmation>();
        app.Use((context, next) =>
        {
            confirmation.Watch(context);
            return next(context);
        });
    }

    /// <summary>All routes of the slice.</summary>
    public static void MapUpgrade(this IEndpointRouteBuilder routes) => routes.MapUpgradeEndpoints();

    /// <summary><c>amphora-agent upgrade-guard</c>: brings the upgrade that was begun to its end, one way or the other.</summary>
    /// <returns>0; anything else is systemd's reason to start it again.</returns>
    public static async Task<int> GuardAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var options = new UpgradeOptions { Version = "", ReadTimeout = TimeSpan.Zero };
        await using var bus = new SystemdBus(null, options.Timeouts.Services.Call);
        var guard = new UpgradeGuard(options, new BinarySlots(options), new UpgradeStore(options), new UpgradeTrial(options, bus));
        try
        {
            await output.WriteLineAsync(await guard.RunAsync(() => SystemdNotification.Send("READY=1"), cancellationToken));
            return 0;
        }
        catch (OperationCanceledException)
        {
            // The host goes down. At the next boot the one before runs again.
            return 0;
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            await output.WriteLineAsync($"cannot finish the upgrade: {exception.Message}");
            return 1;
        }
    }
}

/// <summary>Where things are (docs/upgrade.md), and how long each step may take.</summary>
internal sealed record UpgradeOptions
{
    /// <summary>Version of this program.</summary>
    public required string Version { get; init; }

    /// <summary>How this program was told where its configuration is: the self-test of another binary is told the same.</summary>
    public ValueList<string> Arguments { get; init; } = [];

    /// <summary>How long an upload may take.</summary>
    public required TimeSpan ReadTimeout { get; init; }

    /// <summary>Where the link to the agent is, and the slots.</summary>
    public string Directory { get; init; } = "/var/lib/amphora/agent";

    /// <summary>The binary of the image.</summary>
    public string Factory { get; init; } = "/usr/lib/amphora/amphora-agent";

    /// <summary>Public keys a binary may be signed with.</summary>
    public string Keys { get; init; } = "/usr/share/amphora/upgrade-keys.pem";

    /// <summary>Where a new agent says that it has answered a request; below /run, so that it is gone after a reboot.</summary>
    public string Confirmation { get; init; } = "/run/amphora/upgrade-confirmed";

    /// <summary>The agent's unit.</summary>
    public string AgentUnit { get; init; } = "amphora-agent.service";

    /// <summary>The guard's unit.</summary>
    public string GuardUnit { get; init; } = "amphora-agent-upgrade.service";

    /// <summary>Limits.</summary>
    public UpgradeTimeouts Timeouts { get; init; } = new();
}
