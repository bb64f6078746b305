// Services on hosts without systemd: the agent starts and supervises them itself.
using System.Collections.Concurrent;
using System.Text;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Services;

/// <summary>Services as supervised child processes, each in a session of its own. They outlive the agent: one that dies or is killed
/// leaves them serving, and the next one adopts them (<see cref="AdoptAsync"/>); an agent that leaves for good calls <see cref="StopAllAsync"/>.</summary>
internal sealed class ChildProcessServiceManager : IServiceManager, IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // sockaddr_un(7): 108 bytes with the terminating NUL.
    private const int MostPathBytes = 107;

    private static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(1);

    private readonly ServicesOptions _options;
    private readonly ChildServiceLog _events;
    private readonly ConcurrentDictionary<string, ChildService> _services = new(StringComparer.Ordinal);
    private readonly ITimer _trimmer;

    public ChildProcessServiceManager(ServicesOptions options, ChildServiceLog events, TimeProvider time)
    {
        (_options, _events) = (options, events);
        Directory.CreateDirectory(options.StateDirectory, OwnerOnly);
        // It may have been there with another mode; the sockets in it are open to nobody but us.
        File.SetUnixFileMode(options.StateDirectory, OwnerOnly);
        _trimmer = time.CreateTimer(_ => TrimLogs(), null, TrimInterval, TrimInterval);
    }

    public string Name => "child-processes";

    public Task<Outcome<ServiceState>> ReadAsync(string serviceName, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<ServiceState>>(_services.TryGetValue(serviceName, out var service) ? service.State : ServiceState.Absent);

    public Task<string> LogAsync(string serviceName, CancellationToken cancellationToken) =>
        Task.FromResult(_services.TryGetValue(serviceName, out var service) ? service.LatestLog : "");

    public async Task<Failure?> InstallAsync(ServiceUnit unit, CancellationToken cancellationToken)
    {
        var step = $"install {unit.Name}";
        var bytes = Encoding.UTF8.GetByteCount(new ChildServiceFiles(_options.StateDirectory, unit.Name).Socket);
        if (ServiceFailures.CheckName(step, unit.Name) is { } bad)
        {
            return bad;
        }

        if (unit.Notify && bytes > MostPathBytes)
        {
            return new Failure(step, $"cannot {step}: the path of its notification socket below {_options.StateDirectory} would have {bytes} bytes, "
                + $"{MostPathBytes} is the most a socket can have");
        }

        var service = _services.GetOrAdd(unit.Name, _ => new ChildService(new ChildServiceRecord { Unit = unit }, _options, _events));
        return await service.InstallAsync(unit, cancellationToken);
    }

    public Task<Failure?> StartAsync(string serviceName, CancellationToken cancellationToken) =>
        OnAsync("start", serviceName, service => service.StartAsync(cancellationToken));

    public Task<Failure?> ReloadAsync(string serviceName, CancellationToken cancellationToken) =>
        OnAsync("reload", serviceName, service => service.ReloadAsync(cancellationToken));

    public Task<Failure?> StopAsync(string serviceName, CancellationToken cancellationToken) =>
        _services.TryGetValue(serviceName, out var service) ? service.StopAsync(forGood: true, cancellationToken) : Task.FromResult<Failure?>(null);

    public async Task<Failure?> RemoveAsync(string serviceName, CancellationToken cancellationToken)
    {
        if (!_services.TryGetValue(serviceName, out var service))
        {
            return null;
        }

        var failure = await service.RemoveAsync(cancellationToken);
        if (failure is null && _services.TryRemove(serviceName, out _))
        {
            await service.DisposeAsync();
        }

        return failure;
    }

    /// <summary>Takes up what an earlier agent left: wanted services run afterwards (adopted, or started again), others do not.
    /// Call it once, before anything else.</summary>
    /// <returns>One failure for each service that could not be taken up; a wanted one is tried again with back-off.</returns>
    public async Task<IReadOnlyList<Failure>> AdoptAsync(CancellationToken cancellationToken)
    {
        AtomicFile.CleanLeftovers(_options.StateDirectory);
        foreach (var name in ChildServiceFiles.Names(_options.StateDirectory))
        {
            if (new ChildServiceFiles(_options.StateDirectory, name).Read() is { } record && record.Unit.Name == name)
            {
                _services[name] = new ChildService(record, _options, _events);
            }
            else
            {
                _events.Unreadable(name, $"its record in {_options.StateDirectory} is not one of ours or damaged, and ignored");
            }
        }

        var failures = await Task.WhenAll(_services.Values.Select(service => service.AdoptAsync(cancellationToken)));
        return [.. failures.OfType<Failure>()];
    }

    /// <summary>Stops all services, in parallel, without forgetting that they are wanted: the next <see cref="AdoptAsync"/> starts them.
    /// For an agent that leaves in good order and is not just restarted.</summary>
    public async Task<IReadOnlyList<Failure>> StopAllAsync(CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(_services.Values.Select(service => service.StopAsync(forGood: false, cancellationToken)));
        return [.. failures.OfType<Failure>()];
    }

    /// <summary>Lets go of all services, which run on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _trimmer.DisposeAsync();
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }

        _services.Clear();
    }

    private Task<Failure?> OnAsync(string verb, string serviceName, Func<ChildService, Task<Failure?>> action) =>
        _services.TryGetValue(serviceName, out var service)
            ? action(service)
            : Task.FromResult<Failure?>(ServiceFailures.NotInstalled($"{verb} {serviceName}", serviceName));

    private void TrimLogs()
    {
        foreach (var (name, service) in _services)
        {
            try
            {
                service.Log.Trim();
            }
            catch (IOException exception)
            {
                _events.Unreadable(name, $"cannot trim {service.Log.FilePath}: {exception.Message}");
            }
        }
    }
}
