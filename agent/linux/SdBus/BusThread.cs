// The thread that owns a connection: sd-bus is used by one thread at a time, everybody may ask.
using System.Collections.Concurrent;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.SdBus;

/// <summary>Asks questions one after the other and hands the ends of jobs to those who wait for them. It connects for the first
/// question, and again when the connection broke.</summary>
internal sealed class BusThread : IAsyncDisposable
{
    // ECONNRESET, ENOTCONN, EPIPE, ESHUTDOWN: whoever was at the other end is gone.
    private static readonly int[] Broken = [104, 107, Libc.EPIPE, 108];

    private readonly string _address;
    private readonly TimeSpan _callLimit;
    private readonly ConcurrentQueue<Action<bool>> _requests = new();
    private readonly Dictionary<string, List<TaskCompletionSource<string>>> _jobs = new(StringComparer.Ordinal);
    private readonly SafeFileHandle _wake = Libc.Check(Libc.eventfd(0, Libc.EFD_CLOEXEC), "eventfd");
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BusConnection? _connection;
    private volatile bool _stopping;

    internal BusThread(string address, TimeSpan callLimit)
    {
        (_address, _callLimit) = (address, callLimit);
        new Thread(Run) { IsBackground = true, Name = "systemd bus" }.Start();
    }

    /// <summary>Enters a job whose end is awaited. To be called on the thread, right after the call that made the job: the signal is
    /// read here too, so it cannot be read earlier. systemd merges equal jobs, so several may wait for one.</summary>
    internal void Expect(string job, TaskCompletionSource<string> ended)
    {
        if (_jobs.TryGetValue(job, out var waiting))
        {
            waiting.Add(ended);
        }
        else
        {
            _jobs[job] = [ended];
        }
    }

    /// <summary>The end of the job is no longer of interest.</summary>
    internal void Forget(string job, TaskCompletionSource<string> ended) => Post(_ =>
    {
        if (_jobs.TryGetValue(job, out var waiting) && waiting.Remove(ended) && waiting.Count == 0)
        {
            _jobs.Remove(job);
        }
    });

    /// <summary>Closes the connection; what is still waiting fails.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        Wake();
        await _ended.Task;
        _connection?.Dispose();
        lock (_ended)
        {
            _wake.Dispose();
        }
    }

    /// <summary>Has a question asked on the thread, in turn.</summary>
    internal Task<T> AskAsync<T>(Func<BusConnection, T> question, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(connected =>
        {
#pragma warning disable CA1031 // Nothing is swallowed: it is thrown where the answer is awaited.
            try
            {
                if (!connected)
                {
                    throw new OperationCanceledException("the client of systemd was closed");
                }

                answer.TrySetResult(cancellationToken.IsCancellationRequested ? throw new OperationCanceledException(cancellationToken) : Ask(question));
            }
            catch (Exception exception)
            {
                answer.TrySetException(exception);
            }
#pragma warning restore CA1031
        });
        return answer.Task.WaitAsync(cancellationToken);
    }

    // A connection that broke since it was last used is made again, once.
    private T Ask<T>(Func<BusConnection, T> question)
    {
        var used = _connection is not null;
        try
        {
            return question(_connection ??= new BusConnection(_address, _callLimit));
        }
        catch (LinuxException exception) when (IsBroken(exception))
        {
            Disconnect(exception);
            if (!used)
            {
                throw;
            }

            return question(_connection = new BusConnection(_address, _callLimit));
        }
    }

    private static bool IsBroken(LinuxException exception) => exception is not BusErrorException && Broken.Contains(exception.Errno);

    private void Disconnect(LinuxException reason)
    {
        _connection?.Dispose();
        _connection = null;
        foreach (var waiting in _jobs.Values.SelectMany(waiting => waiting))
        {
            waiting.TrySetException(new LinuxException("wait for the end of a job", reason.Errno, "the connection to systemd broke"));
        }

        _jobs.Clear();
    }

    private void Post(Action<bool> request)
    {
        _requests.Enqueue(request);
        if (_ended.Task.IsCompleted)
        {
            // The thread has emptied the queue for the last time.
            RefuseAll();
        }
        else
        {
            Wake();
        }
    }

    private void RefuseAll()
    {
        while (_requests.TryDequeue(out var request))
        {
            request(false);
        }
    }

    private unsafe void Wake()
    {
        long one = 1;
        lock (_ended)
        {
            if (!_wake.IsClosed)
            {
                _ = Libc.write(_wake, (byte*)&one, sizeof(long));
            }
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            while (_requests.TryDequeue(out var request))
            {
                request(true);
            }

            try
            {
                _connection?.Process(JobEnded);
                Wait();
            }
            catch (LinuxException exception)
            {
                Disconnect(exception);
            }
        }

        Disconnect(new LinuxException("close", Libc.EPIPE));
        _ended.SetResult();
        RefuseAll();
    }

    private void JobEnded(string path, string result)
    {
        if (_jobs.Remove(path, out var waiting))
        {
            waiting.ForEach(ended => ended.TrySetResult(result));
        }
    }

    private unsafe void Wait()
    {
        if (!_requests.IsEmpty || _stopping)
        {
            return;
        }

        var fds = stackalloc Libc.PollDescriptor[2];
        fds[0] = new Libc.PollDescriptor { fd = (int)_wake.DangerousGetHandle(), events = Libc.POLLIN };
        fds[1] = new Libc.PollDescriptor { fd = _connection?.Descriptor ?? -1, events = _connection?.Events ?? 0 };
        if (Libc.poll(fds, 2, _connection?.MillisecondsLeft() ?? -1) > 0 && fds[0].revents != 0)
        {
            long count;
            _ = Libc.read(_wake, (byte*)&count, sizeof(long));
        }
    }
}
