// One run of a program: pipes, the poll loop, the end.
using System.Diagnostics;
using System.Text;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Processes;

internal sealed unsafe class ToolRun(IReadOnlyList<string> command, ToolOptions options) : IDisposable
{
    // poll(2) promises that PIPE_BUF bytes go into a writable pipe without blocking.
    private const int PipeChunk = 4096;

    // More than this was not in the pipe when the program ended (pipe(7): 65,536 bytes).
    private const int PipeCapacity = 65536;

    // SIGKILL works at once unless the kernel itself is stuck.
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly MemoryStream _output = new();
    private byte[] _input = options.StandardInput is null ? [] : Encoding.UTF8.GetBytes(options.StandardInput);
    private SafeFileHandle? _inputPipe;
    private SafeFileHandle? _outputPipe;
    private int _pid;
    private bool _killWanted;
    private bool _reaped;
    private bool _truncated;

    /// <summary>Kills the program with its process group; before it started, as soon as it has.</summary>
    internal void Kill()
    {
        lock (_lock)
        {
            _killWanted = true;
            // Until it is reaped its number, and that of its group, belongs to nobody else.
            if (_pid > 0 && !_reaped)
            {
                _ = Libc.kill(-_pid, Libc.SIGKILL);
            }
        }
    }

    internal ToolResult Run()
    {
        var clock = Stopwatch.StartNew();
        Start();
        using var pidfd = Libc.Check(Libc.pidfd_open(_pid, 0), $"watch {command[0]}");
        var timedOut = !PumpUntilExit(pidfd, clock, options.TimeLimit);
        if (timedOut)
        {
            Kill();
            _ = PumpUntilExit(pidfd, clock, options.TimeLimit + KillLimit);
        }

        var exitCode = Reap();
        DrainOutput();
        return new ToolResult(exitCode, OutputText(), clock.Elapsed, timedOut);
    }

    public void Dispose()
    {
        _inputPipe?.Dispose();
        _outputPipe?.Dispose();
        _output.Dispose();
    }

    private void Start()
    {
        var (outputRead, outputWrite) = Pipe();
        _outputPipe = outputRead;
        SafeFileHandle? inputRead = null;
        if (options.StandardInput is not null)
        {
            (inputRead, _inputPipe) = Pipe();
        }

        using (outputWrite)
        using (inputRead)
        {
            var start = new ProcessStart
            {
                Command = command,
                WorkingDirectory = options.WorkingDirectory,
                Environment = options.Environment,
                NetworkNamespace = options.NetworkNamespace,
            };
            var pid = ProcessSpawner.Spawn(start, inputRead, outputWrite);
            lock (_lock)
            {
                _pid = pid;
            }
        }

        if (_killWanted)
        {
            Kill();
        }
    }

    // True when it exited within the limit.
    private bool PumpUntilExit(SafeFileHandle pidfd, Stopwatch clock, TimeSpan limit)
    {
        var fds = stackalloc Libc.PollDescriptor[3];
        while (true)
        {
            var left = limit - clock.Elapsed;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            fds[0] = Watch(pidfd, Libc.POLLIN);
            fds[1] = Watch(_outputPipe, Libc.POLLIN);
            fds[2] = Watch(_inputPipe, Libc.POLLOUT);
            Poll(fds, 3, (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue));
            if (fds[1].revents != 0)
            {
                ReadOutput();
            }

            if (fds[2].revents != 0)
            {
                WriteInput();
            }

            if (fds[0].revents != 0)
            {
                return true;
            }
        }
    }

    private static Libc.PollDescriptor Watch(SafeFileHandle? handle, short events) =>
        new() { fd = handle is null or { IsClosed: true } ? -1 : (int)handle.DangerousGetHandle(), events = events };

    private static void Poll(Libc.PollDescriptor* fds, nuint count, int milliseconds)
    {
        if (Libc.poll(fds, count, milliseconds) < 0)
        {
            if (Libc.LastError != Libc.EINTR)
            {
                throw new LinuxException("poll", Libc.LastError);
            }

            for (nuint i = 0; i < count; i++)
            {
                fds[i].revents = 0;
            }
        }
    }

    private void ReadOutput()
    {
        var buffer = stackalloc byte[PipeChunk];
        var length = Libc.read(_outputPipe!, buffer, PipeChunk);
        if (length > 0)
        {
            var kept = (int)Math.Min(length, options.OutputLimit - _output.Length);
            _output.Write(new ReadOnlySpan<byte>(buffer, kept));
            _truncated |= kept < length;
        }
        else if (length == 0 || Libc.LastError is not (Libc.EINTR or Libc.EAGAIN))
        {
            _outputPipe!.Dispose();
        }
    }

    private void WriteInput()
    {
        fixed (byte* start = _input)
        {
            var written = _input.Length == 0 ? 0 : Libc.write(_inputPipe!, start, (nuint)Math.Min(_input.Length, PipeChunk));
            if (written < 0 && Libc.LastError != Libc.EINTR)
            {
                // EPIPE: it does not want to read the rest, which is its own affair.
                _input = [];
            }

            _input = _input[(int)Math.Max(written, 0)..];
        }

        if (_input.Length == 0)
        {
            _inputPipe!.Dispose();
        }
    }

    // What is in the pipe; something it left running may hold the other end, so the end of the pipe is not waited for.
    private void DrainOutput()
    {
        var fd = stackalloc Libc.PollDescriptor[1];
        for (var i = 0; i < PipeCapacity / PipeChunk && !_outputPipe!.IsClosed; i++)
        {
            fd[0] = Watch(_outputPipe, Libc.POLLIN);
            Poll(fd, 1, 0);
            if (fd[0].revents == 0)
            {
                return;
            }

            ReadOutput();
        }
    }

    private int Reap()
    {
        lock (_lock)
        {
            var reaped = Libc.waitpid(_pid, out var status, Libc.WNOHANG);
            _reaped = true;
            return reaped == _pid ? ProcessStatus.ExitCode(status) : 128 + Libc.SIGKILL;
        }
    }

    private string OutputText()
    {
        var text = Encoding.UTF8.GetString(_output.GetBuffer(), 0, (int)_output.Length);
        return _truncated ? $"{text}\n[output longer than {options.OutputLimit} bytes, the rest was dropped]\n" : text;
    }

    private static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var fds = stackalloc int[2];
        Libc.Check(Libc.pipe2(fds, Libc.O_CLOEXEC), "pipe2");
        return (new SafeFileHandle(fds[0], ownsHandle: true), new SafeFileHandle(fds[1], ownsHandle: true));
    }
}
