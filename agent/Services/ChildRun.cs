// One life of a supervised child: from its start, or from being found, to its end.
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Services;

/// <summary>A running child with what is needed to talk to it. Disposing lets go of it and does not end it.</summary>
internal sealed class ChildRun : IDisposable
{
    // In its environment, so that it is found even when the agent died before writing its number down.
    private const string Mark = "AMPHORA_SERVICE";
    private const int Terminate = 15;

    // A killed process is gone at once, unless the kernel itself is stuck.
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly WatchedProcess _process;
    private readonly NotifySocket? _socket;
    private readonly ChildReadiness _readiness;
    private readonly long _logFrom;

    private ChildRun(ServiceUnit unit, WatchedProcess process, NotifySocket? socket, ProgramLog log, long logFrom)
    {
        (_process, _socket, _logFrom) = (process, socket, logFrom);
        _readiness = new ChildReadiness(unit, process, socket, log);
    }

    public int Pid => _process.Id;

    public long StartTime => _process.StartTime;

    /// <summary>As <see cref="WatchedProcess.Exited"/>.</summary>
    public Task<int?> Exited => _process.Exited;

    /// <summary>Starts the program; it is not ready yet.</summary>
    public static ChildRun Spawn(ServiceUnit unit, ChildServiceFiles files, ProgramLog log)
    {
        AtomicFile.Delete(unit.PidFile);
        log.Trim();
        var logFrom = log.Position;
        var socket = unit.Notify ? NotifySocket.Bind(files.Socket) : null;
        var start = new ProcessStart
        {
            Command = [.. unit.Command],
            NetworkNamespace = unit.NetworkNamespace,
            OpenFiles = unit.OpenFiles,
            Environment = EnvironmentOf(unit, files),
        };
        try
        {
            return new ChildRun(unit, WatchedProcess.Start(start, files.Log), socket, log, logFrom);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>Finds the process that an earlier agent left; null when there is none.</summary>
    public static ChildRun? Find(ChildServiceRecord record, ChildServiceFiles files, ProgramLog log)
    {
        var process = Recorded(record) ?? Marked(files.Record);
        return process is null
            ? null
            : new ChildRun(record.Unit, process, record.Unit.Notify ? NotifySocket.Bind(files.Socket) : null, log, log.Position);
    }

    /// <summary>Waits until it has started.</summary>
    public Task<Failure?> ReadyAsync(string step, TimeSpan limit) => _readiness.StartedAsync(step, _logFrom, limit);

    /// <summary>Tells it to reload and waits until it has.</summary>
    /// <inheritdoc cref="ChildReadiness.ReloadAsync"/>
    public Task<Failure?> ReloadAsync(string step, TimeSpan limit, bool mayBeStarting) => _readiness.ReloadAsync(step, limit, mayBeStarting);

    /// <summary>As systemd's KillMode=mixed: the main process is asked to end, what is left of its group is killed.</summary>
    /// <param name="patience">How long the main process may take.</param>
    /// <returns>False when it is still there, which only a kernel in trouble can do.</returns>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        _process.Signal(Terminate);
        await Task.WhenAny(Exited, Task.Delay(patience));
        KillGroup();
        return await Task.WhenAny(Exited, Task.Delay(KillLimit)) == Exited;
    }

    /// <summary>Kills what is there of its process group.</summary>
    public int KillGroup() => _process.KillGroup();

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        _socket?.Dispose();
    }

    private static Dictionary<string, string?> EnvironmentOf(ServiceUnit unit, ChildServiceFiles files)
    {
        var variables = new Dictionary<string, string?> { [Mark] = files.Record, ["NOTIFY_SOCKET"] = unit.Notify ? files.Socket : null };
        if (unit.SearchPath is { } path)
        {
            variables["PATH"] = path;
        }

        return variables;
    }

    private static WatchedProcess? Recorded(ChildServiceRecord record) =>
        record is { Pid: { } pid, StartTime: { } startTime } && record.BootId == ProcessStatus.BootId ? WatchedProcess.Open(pid, startTime) : null;

    private static WatchedProcess? Marked(string mark)
    {
        foreach (var pid in ProcessStatus.All())
        {
            if (ProcessStatus.LeadsGroup(pid) && ProcessStatus.Variable(pid, Mark) == mark
                && ProcessStatus.StartTime(pid) is { } startTime && WatchedProcess.Open(pid, startTime) is { } process)
            {
                return process;
            }
        }

        return null;
    }
}
