// One writer per amphora: everything that changes something runs here, one after the other.
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Runs state-changing work in the order it came. Reads never wait here.</summary>
internal sealed class WriteQueue : BackgroundService
{
    /// <summary>Requests that may wait; more are turned away at once.</summary>
    public const int Capacity = 64;

    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(1);

    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateBounded<Func<CancellationToken, Task>>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Waits for its turn and does the work. A caller that goes away while it waits is forgotten; once begun, the work
    /// is finished or undone whatever the caller does (style.md 15).</summary>
    /// <param name="work">Its token is cancelled only when the agent stops.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What the work returned, or a failure when the queue is full.</returns>
    public async Task<Outcome<T>> RunAsync<T>(Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<Outcome<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = _work.Writer.TryWrite(stopping =>
            cancellationToken.IsCancellationRequested ? Task.FromResult(done.TrySetCanceled(cancellationToken)) : RunAsync(work, done, stopping));
        return queued
            ? await done.Task.WaitAsync(cancellationToken)
            : new Failure("queue", $"cannot take the change: {Capacity} others are waiting") { Kind = FailureKind.Exhausted };
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await MoreAsync(stoppingToken))
        {
            while (_work.Reader.TryRead(out var work))
            {
                await work(stoppingToken);
            }
        }
    }

    // True when there is work. While there is none for a while, the memory that the last work (or the start) needed goes back to the host:
    // a document of 2,000 members leaves 60 MB, which .NET would keep until it allocates as much again.
    private async Task<bool> MoreAsync(CancellationToken stoppingToken)
    {
        var more = _work.Reader.WaitToReadAsync(stoppingToken).AsTask();
        if (await Task.WhenAny(more, Task.Delay(IdlePause, stoppingToken)) != more && !stoppingToken.IsCancellationRequested)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        return await more;
    }

    [SuppressMessage("Design", "CA1031", Justification = "the exception belongs to the caller, whose edge makes it a problem; the queue goes on")]
    private static async Task RunAsync<T>(Func<CancellationToken, Task<Outcome<T>>> work, TaskCompletionSource<Outcome<T>> done, CancellationToken stopping)
    {
        try
        {
            done.TrySetResult(await work(stopping));
        }
        catch (Exception e)
        {
            done.TrySetException(e);
        }
    }
}
