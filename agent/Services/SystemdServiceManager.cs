// Services as systemd units, over its D-Bus API.
using System.Collections.Concurrent;
using System.Diagnostics;
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;
using Amphora.Linux.SdBus;
using Amphora.Templates.Language;

namespace Amphora.Agent.Services;

/// <summary>Writes unit files, and starts, reloads and stops units, awaiting the result of each job. Units go on without the agent, so
/// there is nothing to adopt and nothing to stop when it leaves.</summary>
internal sealed class SystemdServiceManager(ServicesOptions options, TemplateSet templates, SystemdBus bus) : IServiceManager, IAsyncDisposable
{
    private const string Tool = "systemd";
    private const string NoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";
    private const UnixFileMode UnitMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // systemd keeps the limits itself (Timeout…Sec in the unit); ours is for a systemd that does not answer.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ServiceUnit> _units = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SystemdStep> _latest = new(StringComparer.Ordinal);

    public string Name => Tool;

    public async Task<Outcome<ServiceState>> ReadAsync(string serviceName, CancellationToken cancellationToken)
    {
        var state = ServiceState.Absent;
        var failure = await AttemptAsync($"read {serviceName}", async () =>
        {
            var unit = await bus.ReadAsync(serviceName, cancellationToken);
            state = new ServiceState(
                unit.LoadState != "not-found",
                unit.ActiveState is "active" or "reloading",
                unit.SubState,
                unit.MainPid == 0 ? null : unit.MainPid);
            return null;
        });
        return failure is null ? state : failure;
    }

    public Task<string> LogAsync(string serviceName, CancellationToken cancellationToken) =>
        _latest.TryGetValue(serviceName, out var step) ? step.LastWordsAsync() : Task.FromResult("");

    public Task<Failure?> InstallAsync(ServiceUnit unit, CancellationToken cancellationToken)
    {
        var step = $"install {unit.Name}";
        return AttemptAsync(step, async () =>
        {
            if (ServiceFailures.CheckName(step, unit.Name) is { } bad)
            {
                return bad;
            }

            var text = ServiceUnitFile.Render(templates, unit, options.Timeouts);
            if (!text.Ok)
            {
                return text.Failure;
            }

            var changed = AtomicFile.WriteText(FileOf(unit.Name), text.Value, UnitMode);
            if (changed || !IsInForce(await bus.ReadAsync(unit.Name, cancellationToken)))
            {
                await bus.EnableAsync(unit.Name, CancellationToken.None);
                await bus.ReloadAsync(CancellationToken.None);
            }

            _units[unit.Name] = unit;
            return null;
        });
    }

    public Task<Failure?> StartAsync(string serviceName, CancellationToken cancellationToken)
    {
        var step = $"start {serviceName}";
        var start = _latest[serviceName] = new SystemdStep(step, serviceName, bus, options.Timeouts);
        return AttemptAsync(step, async () =>
        {
            var result = await bus.RunJobAsync("StartUnit", serviceName, options.Timeouts.Start + Margin, cancellationToken);
            var failure = result == "done" ? await start.HasPidFileAsync(_units.GetValueOrDefault(serviceName)) : await start.FailedAsync(result);
            if (failure is not null)
            {
                // Restart=always would try again behind our back.
                await bus.RunJobAsync("StopUnit", serviceName, options.Timeouts.Stop + Margin, CancellationToken.None);
                await ForgetFailureAsync(serviceName);
            }

            return failure;
        });
    }

    public Task<Failure?> ReloadAsync(string serviceName, CancellationToken cancellationToken)
    {
        var step = $"reload {serviceName}";
        var reload = _latest[serviceName] = new SystemdStep(step, serviceName, bus, options.Timeouts);
        return AttemptAsync(step, async () =>
        {
            var before = await bus.ReadAsync(serviceName, cancellationToken);
            if (before.ActiveState is not ("active" or "reloading"))
            {
                return await StartAsync(serviceName, cancellationToken);
            }

            var workers = ProcessStatus.Children(before.MainPid);
            var result = await bus.RunJobAsync("ReloadUnit", serviceName, options.Timeouts.Reload + Margin, cancellationToken);
            return result != "done" ? await reload.FailedAsync(result)
                : before.Type == "notify" ? await reload.DoneAsync(before, workers, _units.GetValueOrDefault(serviceName)?.ReloadFailure)
                : null;
        });
    }

    public Task<Failure?> StopAsync(string serviceName, CancellationToken cancellationToken)
    {
        var step = $"stop {serviceName}";
        return AttemptAsync(step, async () =>
        {
            var unit = await bus.ReadAsync(serviceName, cancellationToken);
            if (unit.ActiveState is "inactive" or "failed")
            {
                return null;
            }

            var result = await bus.RunJobAsync("StopUnit", serviceName, options.Timeouts.Stop + Margin, cancellationToken);
            return result == "done" ? null : await new SystemdStep(step, serviceName, bus, options.Timeouts).FailedAsync(result);
        });
    }

    public async Task<Failure?> RemoveAsync(string serviceName, CancellationToken cancellationToken)
    {
        var step = $"remove {serviceName}";
        return ServiceFailures.CheckName(step, serviceName) ?? await StopAsync(serviceName, cancellationToken) ?? await AttemptAsync(step, async () =>
        {
            _units.TryRemove(serviceName, out _);
            _latest.TryRemove(serviceName, out _);
            var unit = await bus.ReadAsync(serviceName, CancellationToken.None);
            if (unit.ActiveState == "failed")
            {
                await ForgetFailureAsync(serviceName);
            }

            if (File.Exists(FileOf(serviceName)))
            {
                await bus.DisableAsync(serviceName, CancellationToken.None);
                AtomicFile.Delete(FileOf(serviceName));
                await bus.ReloadAsync(CancellationToken.None);
            }

            return null;
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Failure>> AdoptAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Failure>>([]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Failure>> StopAllAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Failure>>([]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => bus.DisposeAsync();

    private static bool IsInForce(UnitStatus unit) => unit is { LoadState: "loaded", NeedsReload: false, FileState: "enabled" };

    private static async Task<Failure?> AttemptAsync(string step, Func<Task<Failure?>> action)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return await action();
        }
        catch (BusErrorException exception)
        {
            return OperatingSystemFailure.From(step, exception, Tool) with
            {
                Kind = exception.ErrorName == NoSuchUnit ? FailureKind.NotFound : FailureKind.Internal,
                Duration = clock.Elapsed,
            };
        }
        catch (LinuxException exception)
        {
            return OperatingSystemFailure.From(step, exception, Tool) with { Duration = clock.Elapsed };
        }
        catch (TimeoutException)
        {
            return new Failure(step, $"cannot {step}: systemd has not finished after {clock.Elapsed.TotalSeconds:0.#} s")
            {
                Kind = FailureKind.TimedOut,
                Tool = Tool,
                Duration = clock.Elapsed,
            };
        }
    }

    private async Task ForgetFailureAsync(string unit)
    {
        try
        {
            await bus.ResetFailedAsync(unit, CancellationToken.None);
        }
        catch (BusErrorException exception) when (exception.ErrorName == NoSuchUnit)
        {
            // systemd has already dropped what it knew of it.
        }
    }

    private string FileOf(string unit) => Path.Combine(options.UnitDirectory, unit);
}
