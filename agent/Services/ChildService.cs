// One service as a child process: start, reload, stop, adopt, and start again when it dies.
using System.Diagnostics;
using System.Net.Sockets;
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Services;

/// <summary>A supervised child. The manager calls; the restart of one that died takes its turn with these calls.</summary>
internal sealed class ChildService : IAsyncDisposable
{
    private const int LastWords = 5;

    private readonly string _name;
    private readonly ServicesOptions _options;
    private readonly ChildServiceLog _events;
    private readonly ChildServiceFiles _files;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _letGo = new();
    private CancellationTokenSource _restartWait = new();
    private ChildServiceRecord _record;
    private ChildRun? _run;
    private volatile ServiceState _state = Resting("dead");
    private int _failures;
    private long _toldAt;

    public ChildService(ChildServiceRecord record, ServicesOptions options, ChildServiceLog events)
    {
        (_name, _options, _record, _events) = (record.Unit.Name, options, record, events);
        _files = new ChildServiceFiles(options.StateDirectory, _name);
        Log = new ProgramLog(_files.Log);
    }

    /// <summary>What it does now.</summary>
    public ServiceState State => _state;

    /// <summary>What the process prints; to be trimmed from time to time.</summary>
    public ProgramLog Log { get; }

    /// <summary>What the process printed since it was last told to start or reload.</summary>
    public string LatestLog => Log.Tail(ServiceFailures.DeathLines, Interlocked.Read(ref _toldAt));

    /// <summary>Takes a new description; it counts from the next start.</summary>
    public Task<Failure?> InstallAsync(ServiceUnit unit, CancellationToken cancellationToken) => InTurnAsync($"install {_name}", () =>
    {
        if (!File.Exists(_files.Record) || _record.Unit != unit)
        {
            Write(_record with { Unit = unit });
        }

        return Task.FromResult<Failure?>(null);
    }, cancellationToken);

    public Task<Failure?> StartAsync(CancellationToken cancellationToken) => InTurnAsync(
        $"start {_name}",
        async () => _run is null ? await StartOnRequestAsync() : null,
        cancellationToken);

    public Task<Failure?> ReloadAsync(CancellationToken cancellationToken) => InTurnAsync(
        $"reload {_name}",
        async () => _run is null
            ? await StartOnRequestAsync()
            : await ReloadRunAsync(_run),
        cancellationToken);

    /// <summary>Stops it.</summary>
    /// <param name="forGood">False: the next agent starts it again.</param>
    /// <param name="cancellationToken">Gives up waiting for the turn; what has begun is finished.</param>
    public Task<Failure?> StopAsync(bool forGood, CancellationToken cancellationToken) => InTurnAsync($"stop {_name}", async () =>
    {
        await _restartWait.CancelAsync();
        if (forGood && _record.Wanted)
        {
            // Written first: whoever finds the process after a crash of the agent ends it.
            Write(_record with { Wanted = false });
        }

        return await StopRunAsync();
    }, cancellationToken);

    public async Task<Failure?> RemoveAsync(CancellationToken cancellationToken) =>
        await StopAsync(forGood: true, cancellationToken) ?? await InTurnAsync($"remove {_name}", () =>
        {
            _files.Delete();
            return Task.FromResult<Failure?>(null);
        }, cancellationToken);

    /// <summary>Takes up what an earlier agent left: the running process, or the wish that there be one.</summary>
    public Task<Failure?> AdoptAsync(CancellationToken cancellationToken) => InTurnAsync($"adopt {_name}", async () =>
    {
        _run = ChildRun.Find(_record, _files, Log);
        if (!_record.Wanted)
        {
            return await StopRunAsync();
        }

        if (_run is not null)
        {
            _events.Adopted(_name, _run.Pid);
            Write(_record with { Pid = _run.Pid, StartTime = _run.StartTime, BootId = ProcessStatus.BootId });
            // It may have been starting when the agent died; a reload makes it say whether it is ready.
            if (_record.Ready || await ReloadRunAsync(_run) is null)
            {
                Supervise(_run);
                return null;
            }

            await StopRunAsync();
        }

        return await StartRunAsync($"start {_name}") is { } failure ? TryAgain(failure) : null;
    }, cancellationToken);

    /// <summary>Lets go of the process, which runs on for the next agent.</summary>
    public async ValueTask DisposeAsync()
    {
        await _letGo.CancelAsync();
        await _turn.WaitAsync(CancellationToken.None);
        _run?.Dispose();
        _restartWait.Dispose();
        _letGo.Dispose();
        _turn.Dispose();
    }

    private static ServiceState Resting(string detail) => new(Installed: true, Active: false, detail, MainPid: null);

    private async Task<Failure?> InTurnAsync(string step, Func<Task<Failure?>> action, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is LinuxException or SocketException)
        {
            return Failed(step, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Failure Failed(string step, Exception exception) => exception is LinuxException refused
        ? OperatingSystemFailure.From(step, refused, Path.GetFileName(_record.Unit.Command[0]))
        : new Failure(step, $"cannot {step}: {_files.Socket}: {exception.Message}");

    private void Write(ChildServiceRecord record)
    {
        _files.Write(record);
        _record = record;
    }

    // A start that somebody asked for and that fails leaves nothing behind that would start it again.
    private async Task<Failure?> StartOnRequestAsync()
    {
        var step = $"start {_name}";
        _failures = 0;
        Interlocked.Exchange(ref _toldAt, Log.Position);
        await _restartWait.CancelAsync();
        var failure = await StartRunAsync(step);
        if (failure is not null)
        {
            _state = Resting("failed");
            Write(_record with { Wanted = false });
        }

        return failure;
    }

    private async Task<Failure?> StartRunAsync(string step)
    {
        try
        {
            _state = Resting("start");
            Write(_record with { Wanted = true, Ready = false, Pid = null, StartTime = null });
            _run = ChildRun.Spawn(_record.Unit, _files, Log);
            Write(_record with { Pid = _run.Pid, StartTime = _run.StartTime, BootId = ProcessStatus.BootId });
            var failure = await _run.ReadyAsync(step, _options.Timeouts.Start);
            if (failure is null)
            {
                Write(_record with { Ready = true });
                Supervise(_run);
                return null;
            }

            await EndRunAsync(_run, TimeSpan.Zero);
            return failure;
        }
        catch (Exception exception) when (exception is LinuxException or SocketException)
        {
            if (_run is not null)
            {
                await EndRunAsync(_run, TimeSpan.Zero);
            }

            return Failed(step, exception);
        }
    }

    private async Task<Failure?> ReloadRunAsync(ChildRun run)
    {
        Log.Trim();
        Interlocked.Exchange(ref _toldAt, Log.Position);
        _state = _state with { Detail = "reload" };
        var failure = await run.ReloadAsync($"reload {_name}", _options.Timeouts.Reload, mayBeStarting: !_record.Ready);
        _state = _state with { Detail = "running" };
        if (failure is null && !_record.Ready)
        {
            Write(_record with { Ready = true });
        }

        return failure;
    }

    private async Task<Failure?> StopRunAsync()
    {
        if (_run is not null)
        {
            _state = _state with { Active = false, Detail = "stop" };
            if (!await EndRunAsync(_run, _options.Timeouts.Stop))
            {
                return new Failure($"stop {_name}", $"cannot stop {_name}: its process does not end, not even when killed") { Kind = FailureKind.TimedOut };
            }

            Write(_record with { Ready = false, Pid = null, StartTime = null });
        }

        AtomicFile.Delete(_files.Socket);
        AtomicFile.Delete(_record.Unit.PidFile);
        _state = Resting("dead");
        return null;
    }

    private async Task<bool> EndRunAsync(ChildRun run, TimeSpan patience)
    {
        var ended = await run.EndAsync(patience);
        if (ended)
        {
            _run = null;
            run.Dispose();
        }

        return ended;
    }

    private void Supervise(ChildRun run)
    {
        _state = new ServiceState(Installed: true, Active: true, "running", run.Pid);
        _ = WatchAsync(run);
    }

    private async Task WatchAsync(ChildRun run)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var exitCode = await run.Exited;
            await InTurnAsync($"watch {_name}", () =>
            {
                if (_run == run)
                {
                    _failures = clock.Elapsed >= _options.BackOff.StableAfter ? 0 : _failures;
                    _events.Died(_name, run.Pid, exitCode, Log.Tail(LastWords));
                    _run = null;
                    TryAgain(null);
                    run.KillGroup();
                    run.Dispose();
                }

                return Task.FromResult<Failure?>(null);
            }, _letGo.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Let go of: the next agent supervises it.
        }
    }

    private Failure? TryAgain(Failure? failure)
    {
        _state = Resting("auto-restart");
        _restartWait.Dispose();
        _restartWait = CancellationTokenSource.CreateLinkedTokenSource(_letGo.Token);
        _ = RestartAsync(_restartWait.Token);
        return failure;
    }

    private async Task RestartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var attempt = _failures++;
            await Task.Delay(_options.BackOff.Delay(attempt), cancellationToken);
            var failure = await InTurnAsync($"restart {_name}", async () =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return await StartRunAsync($"restart {_name}") is { } again ? TryAgain(again) : null;
            }, cancellationToken);
            _events.Restarted(_name, attempt + 1, failure);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Stopped, started on request, or let go of.
        }
    }
}
