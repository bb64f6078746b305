// A process that is watched until it ends, whether we started it or found it running.
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Processes;

/// <summary>A running program, the leader of its own process group. It outlives this object and this program: letting go of it
/// (<see cref="Dispose"/>) does not end it. Signals go through a pidfd, so that a recycled number is never hit.</summary>
public sealed unsafe class WatchedProcess : IDisposable
{
    private const int StackSize = 128 * 1024;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _pidfd;
    private readonly SafeFileHandle _letGo;
    private readonly TaskCompletionSource<int?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _watching = true;

    private WatchedProcess(int id, long startTime, SafeFileHandle pidfd)
    {
        (Id, StartTime, _pidfd) = (id, startTime, pidfd);
        _letGo = Libc.Check(Libc.eventfd(0, Libc.EFD_CLOEXEC), "eventfd");
        new Thread(Watch, StackSize) { IsBackground = true, Name = $"watch {id}" }.Start();
    }

    /// <summary>Its process id, which is also its process group.</summary>
    public int Id { get; }

    /// <summary>With <see cref="Id"/> and <see cref="ProcessStatus.BootId"/> it is this process and no other.</summary>
    public long StartTime { get; }

    /// <summary>Completes when it has ended: with its exit code (128 + n for signal n), or null when it is somebody else's child.
    /// Cancelled when it is let go.</summary>
    public Task<int?> Exited => _exited.Task;

    /// <summary>Starts a program; what it prints is appended to the log file, which needs nobody to go on working.</summary>
    /// <exception cref="LinuxException">It could not be started.</exception>
    public static WatchedProcess Start(ProcessStart start, string logFile)
    {
        using var log = OpenLog(logFile);
        var pid = ProcessSpawner.Spawn(start, input: null, log);
        // Nobody else reaps it, so the number stands for it even if it has ended already.
        var pidfd = Libc.Check(Libc.pidfd_open(pid, 0), $"watch process {pid}");
        return new WatchedProcess(pid, ProcessStatus.StartTime(pid) ?? 0, pidfd);
    }

    /// <summary>Takes up a process that runs already; null when it is gone or its number belongs to another one now.</summary>
    public static WatchedProcess? Open(int pid, long startTime)
    {
        var pidfd = Libc.pidfd_open(pid, 0);
        // The descriptor comes first: what is compared afterwards is the process it stands for, or one that came later.
        if (pidfd.IsInvalid || ProcessStatus.StartTime(pid) != startTime || !ProcessStatus.Runs(pid))
        {
            pidfd.Dispose();
            return null;
        }

        return new WatchedProcess(pid, startTime, pidfd);
    }

    /// <summary>Sends a signal to the process; false when it has ended.</summary>
    public bool Signal(int signal) => Send(_pidfd, signal, Id);

    /// <summary>Kills what there is of its process group, also after it has ended itself.</summary>
    /// <returns>How many processes were killed.</returns>
    public int KillGroup()
    {
        var killed = 0;
        foreach (var pid in ProcessStatus.All())
        {
            if (ProcessStatus.Group(pid) != Id)
            {
                continue;
            }

            using var member = Libc.pidfd_open(pid, 0);
            // A group's number stays taken while the group has members; another process under it means that ours is long gone.
            if (!member.IsInvalid && ProcessStatus.Group(pid) == Id && ProcessStatus.StartTime(Id) is var now && (now is null || now == StartTime))
            {
                killed += Send(member, Libc.SIGKILL, pid) ? 1 : 0;
            }
        }

        return killed;
    }

    /// <summary>Lets go of the process, which runs on.</summary>
    public void Dispose()
    {
        long one = 1;
        lock (_lock)
        {
            if (_watching)
            {
                // Wakes the watcher, which still uses both descriptors and comes back here through its end.
                _ = Libc.write(_letGo, (byte*)&one, sizeof(long));
                return;
            }
        }

        _letGo.Dispose();
        _pidfd.Dispose();
    }

    private static bool Send(SafeFileHandle pidfd, int signal, int pid)
    {
        if (Libc.pidfd_send_signal(pidfd, signal, 0, 0) == 0)
        {
            return true;
        }

        return Libc.LastError == Libc.ESRCH ? false : throw new LinuxException($"send signal {signal} to process {pid}", Libc.LastError);
    }

    private static SafeFileHandle OpenLog(string path)
    {
        if (!File.Exists(path))
        {
            using var created = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            });
        }

        return Libc.Check(Libc.open(path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CLOEXEC), $"open {path}");
    }

    private void Watch()
    {
        var fds = stackalloc Libc.PollDescriptor[2];
        fds[0] = new Libc.PollDescriptor { fd = (int)_pidfd.DangerousGetHandle(), events = Libc.POLLIN };
        fds[1] = new Libc.PollDescriptor { fd = (int)_letGo.DangerousGetHandle(), events = Libc.POLLIN };
        while (Libc.poll(fds, 2, -1) < 0 && Libc.LastError == Libc.EINTR)
        {
            // Interrupted by a signal: again.
        }

        var ended = fds[0].revents != 0;
        int? exitCode = ended && Libc.waitpid(Id, out var status, Libc.WNOHANG) == Id ? ProcessStatus.ExitCode(status) : null;
        lock (_lock)
        {
            _watching = false;
        }

        if (ended)
        {
            _exited.SetResult(exitCode);
        }
        else
        {
            Dispose();
            _exited.SetCanceled();
        }
    }
}
