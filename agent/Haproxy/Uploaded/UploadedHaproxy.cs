// A load balancer whose haproxy.cfg came as text: from "text" on, the code of API 2.0.
using System.Text;
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy.Uploaded;

/// <summary>Stores, runs and removes such a load balancer. What is wanted is the text on the disk; storing it starts nothing. One caller
/// at a time (the write queue); every call may be repeated.</summary>
internal sealed class UploadedHaproxy(
    HaproxyOptions options, UploadCheck check, HaproxyReader reader, HaproxyExecutor executor, IServiceManager services)
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>True when there is a configuration (agent-api §3: "LB exists").</summary>
    public bool Exists(string loadBalancerId) => File.Exists(options.Paths(loadBalancerId).Uploaded) || File.Exists(options.Paths(loadBalancerId).Config);

    /// <summary>The configuration as it is stored; null when there is none.</summary>
    public byte[]? Read(string loadBalancerId) => OptionalFile.ReadBytes(options.Paths(loadBalancerId).Uploaded) ?? OptionalFile.ReadBytes(options.Paths(loadBalancerId).Config);

    /// <summary>Has a text that came checked and puts it in place of the one before. A text that the lint or HAProxy refuses is a failure of
    /// kind <see cref="FailureKind.Refused"/>; it stays as <c>haproxy.cfg.new-failed</c>, and what was there before stays too.</summary>
    /// <param name="wanted">Text and peer name; a crt-list travels as a certificate file of its own.</param>
    /// <param name="cancellationToken">Looked at until the text is put in place.</param>
    public async Task<Failure?> StoreAsync(HaproxyWanted wanted, CancellationToken cancellationToken) =>
        Keep(wanted, check.Lint(wanted)) ?? await StoreAgainAsync(wanted, cancellationToken);

    /// <summary>The same for a text that was stored once: whatever the lint would say of it today, it has been let in.</summary>
    /// <inheritdoc cref="StoreAsync"/>
    public async Task<Failure?> StoreAgainAsync(HaproxyWanted wanted, CancellationToken cancellationToken)
    {
        var paths = options.Paths(wanted.LoadBalancerId);
        var running = await reader.ReadAsync(wanted.LoadBalancerId, wanted, cancellationToken);
        if (running.Failure is { } unreadable)
        {
            return unreadable;
        }

        var plan = Plan(running.Value, wanted);
        if (!plan.NeedsCheck)
        {
            return Store(paths, wanted);
        }

        // What runs has its own text until it is changed; without one that runs, this is the text for the next start.
        return Keep(wanted, await check.AskHaproxyAsync(wanted, cancellationToken))
            ?? Store(paths, wanted)
            ?? (plan.Step == HaproxyStep.Start ? Put(paths, plan) : null);
    }

    /// <summary>Makes the service known and enabled.</summary>
    public Task<Failure?> InstallAsync(HaproxyWanted wanted) =>
        services.InstallAsync(HaproxyUnit.For(options, wanted.LoadBalancerId, wanted.LocalPeer), CancellationToken.None);

    /// <summary>Starts HAProxy and waits until it answers; one that runs is success.</summary>
    /// <param name="loadBalancerId">One that exists.</param>
    /// <param name="peerName">Own peer name of a load balancer that was stored by another agent, which wrote none down.</param>
    /// <param name="cancellationToken">Looked at until the process hears of it.</param>
    public Task<HaproxyTurn> StartAsync(string loadBalancerId, string peerName, CancellationToken cancellationToken) =>
        RunAsync(loadBalancerId, peerName, cancellationToken);

    /// <summary>Makes a new process take over and waits until it answers; without one that runs, it is started.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public Task<HaproxyTurn> ReloadAsync(string loadBalancerId, string peerName, CancellationToken cancellationToken) =>
        RunAsync(loadBalancerId, peerName, cancellationToken);

    /// <summary>Stops HAProxy; its files stay, and the check of VRRP leaves it out until it is started again.</summary>
    public async Task<Failure?> StopAsync(string loadBalancerId)
    {
        var paths = options.Paths(loadBalancerId);
        return Write(paths, paths.StopMarker, "") ?? await services.StopAsync(paths.Unit, CancellationToken.None);
    }

    /// <summary>Stops HAProxy and removes its service and everything in its directory; certificates stay.</summary>
    public async Task<Failure?> RemoveAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var running = await reader.ReadAsync(loadBalancerId, wanted: null, cancellationToken);
        if (running.Failure is { } unreadable)
        {
            return unreadable;
        }

        var plan = HaproxyPlanner.Plan(options, running.Value, new HaproxyWanted { LoadBalancerId = loadBalancerId, LocalPeer = "" });
        var directory = options.Paths(loadBalancerId).Directory;
        return (await executor.ExecuteAsync(plan, CancellationToken.None)).Failure ?? OperatingSystemFailure.Try($"delete {directory}", () =>
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        });
    }

    private async Task<HaproxyTurn> RunAsync(string loadBalancerId, string peerName, CancellationToken cancellationToken)
    {
        var paths = options.Paths(loadBalancerId);
        var stored = new HaproxyWanted
        {
            LoadBalancerId = loadBalancerId,
            Config = Read(loadBalancerId) is { } text ? Encoding.UTF8.GetString(text) : null,
            LocalPeer = OptionalFile.ReadText(paths.LocalPeer) ?? "",
        };
        var running = await reader.ReadAsync(loadBalancerId, stored, cancellationToken);
        if (running.Failure is { } unreadable)
        {
            return new HaproxyTurn(HaproxyStep.None, unreadable);
        }

        var wanted = stored.LocalPeer.Length > 0 ? stored : stored with { LocalPeer = running.Value.LocalPeer ?? peerName };
        var plan = Plan(running.Value, wanted);
        var failure = OperatingSystemFailure.Try($"delete {paths.StopMarker}", () => { AtomicFile.Delete(paths.StopMarker); })
            ?? (plan.NeedsCheck ? await check.AskHaproxyAsync(wanted, cancellationToken) : null)
            ?? (await executor.ExecuteAsync(plan, CancellationToken.None)).Failure;
        return new HaproxyTurn(plan.Step, failure);
    }

    // crt-lists came as files of the client, who knows what they are for.
    private HaproxyPlan Plan(HaproxyRunning running, HaproxyWanted wanted) => HaproxyPlanner.Plan(options, running, wanted) with { Delete = [] };

    // What is refused stays, for whoever looks why.
    private Failure? Keep(HaproxyWanted wanted, Failure? failure)
    {
        var paths = options.Paths(wanted.LoadBalancerId);
        return failure?.Kind == FailureKind.Refused ? Write(paths, paths.RefusedConfig, wanted.Config!) ?? failure : failure;
    }

    // The name first: whoever finds the text has the name that belongs to it.
    private static Failure? Store(HaproxyPaths paths, HaproxyWanted wanted) =>
        Write(paths, paths.LocalPeer, wanted.LocalPeer) ?? Write(paths, paths.Uploaded, wanted.Config!);

    // For the next start, whoever does it.
    private static Failure? Put(HaproxyPaths paths, HaproxyPlan plan) =>
        OperatingSystemFailure.Try($"link {paths.Tls}", () => TlsDirectory.Write(paths.Tls, plan.Files)) ?? Write(paths, paths.Config, plan.Text!.ToString());

    private static Failure? Write(HaproxyPaths paths, string file, string text) => OperatingSystemFailure.Try($"write {file}", () =>
    {
        Directory.CreateDirectory(paths.Directory);
        AtomicFile.WriteText(file, text, FileMode);
    });
}

/// <summary>What a start or reload came to.</summary>
/// <param name="Step">What happened, or was to happen, to the process.</param>
/// <param name="Failure">Why it is not done; null: it is.</param>
internal sealed record HaproxyTurn(HaproxyStep Step, Failure? Failure);
