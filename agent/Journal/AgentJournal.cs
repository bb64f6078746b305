// Takes what there is to tell, and writes it beside whatever the agent is doing.
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Journal;

/// <summary>Nobody waits for the journal, and nothing fails because of it: digests, compressing and writing are done by one loop of its own, and what
/// cannot be written is counted and told when writing works again. Any number of callers at once.</summary>
internal sealed partial class AgentJournal(JournalOptions options, TimeProvider clock, ILogger<AgentJournal> logger) : BackgroundService
{
    private const int Capacity = 1024;

    // Answers of HAProxy to "set …" are a line.
    private const int FewCommands = 50;

    private readonly JournalFiles _files = new(options, clock);
    private readonly Channel<Told> _told = Channel.CreateBounded<Told>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private long _dropped;
    private GapRecord? _gap;

    /// <summary>False when none is kept: nothing need be prepared for it.</summary>
    public bool IsKept => options.MostBytes > 0;

    /// <summary>Tells anything.</summary>
    /// <param name="make">Makes the record, later and elsewhere: it may only look at what does not change.</param>
    public void Add(Func<JournalTexts, JournalRecord> make)
    {
        if (IsKept && !_told.Writer.TryWrite(new Told(clock.GetUtcNow(), make, null)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>What a running HAProxy was told.</summary>
    /// <param name="loadBalancerId">Whose.</param>
    /// <param name="process">Its process.</param>
    /// <param name="said">In order.</param>
    public void Commands(string loadBalancerId, int process, IReadOnlyList<SaidCommand> said)
    {
        if (said.Count > 0)
        {
            Add(texts => new JournalRecord
            {
                Kind = RecordKind.Command,
                LoadBalancer = loadBalancerId,
                Command = said.Count <= FewCommands
                    ? new CommandRecord { Process = process, Said = said }
                    : new CommandRecord { Process = process, Many = texts.Lines($"{loadBalancerId} said", [.. said.Select(static one => $"{one.Command} → {one.Answer}")]) },
            });
        }
    }

    /// <summary>What was done; nothing is nothing to tell.</summary>
    /// <param name="loadBalancerId">Whose.</param>
    /// <param name="part">As <see cref="TakenRecord.Part"/>.</param>
    /// <param name="step">As <see cref="TakenRecord.Step"/>.</param>
    /// <param name="actions">What succeeded.</param>
    /// <param name="failure">Why it ended before its end. Only its message is told: a program's own words may repeat what it was given.</param>
    public void Taken(string loadBalancerId, string part, string? step, ValueList<ActionTaken> actions, Failure? failure)
    {
        if (actions.Count > 0 || failure is not null)
        {
            Add(_ => new JournalRecord
            {
                Kind = RecordKind.Taken,
                LoadBalancer = loadBalancerId,
                Taken = new TakenRecord
                {
                    Part = part,
                    Step = step,
                    Actions = [.. actions.Select(static action => new TakenAction(action.Action, action.Target, action.DurationMs))],
                    Failure = failure?.Message,
                },
            });
        }
    }

    /// <summary>What was found when it was read again.</summary>
    public void Proof(string loadBalancerId, string of, Failure? unproven) => Add(_ => new JournalRecord
    {
        Kind = RecordKind.Proof,
        LoadBalancer = loadBalancerId,
        Proof = new ProofRecord { Of = of, Holds = unproven is null, Differs = unproven?.Message },
    });

    /// <summary>Somebody else changed what runs.</summary>
    public void Drift(string loadBalancerId, ValueList<string> differences, string action) => Add(texts => new JournalRecord
    {
        Kind = RecordKind.Drift,
        LoadBalancer = loadBalancerId,
        Drift = new DriftRecord { Differences = texts.Lines($"{loadBalancerId} drift", differences), Action = action },
    });

    /// <summary>What becomes of a generation.</summary>
    public void Generation(string kind, string loadBalancerId, GenerationRecord record) => Add(_ => new JournalRecord { Kind = kind, LoadBalancer = loadBalancerId, Generation = record });

    /// <summary>Both files as they are when everything that was told before is written.</summary>
    public async Task<Outcome<ValueList<JournalSegment>>> OpenAsync(CancellationToken cancellationToken)
    {
        if (!IsKept)
        {
            return new Failure("read the journal", "this agent keeps no journal: [amphora_agent] journal_size is 0") { Kind = FailureKind.NotFound };
        }

        var reader = new TaskCompletionSource<Outcome<ValueList<JournalSegment>>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _told.Writer.WriteAsync(new Told(clock.GetUtcNow(), null, reader), cancellationToken);
        return await reader.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the loop, which may not even have begun, and writes what waits.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        WriteLast();
    }

    /// <summary>Writes what the last requests left, which end after the loop, and closes the files.</summary>
    public override void Dispose()
    {
        WriteLast();
        _files.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the agent does not wait for it either.
        await Task.Yield();
        while (await _told.Reader.WaitToReadAsync(stoppingToken))
        {
            WriteWaiting();
        }
    }

    private void WriteLast()
    {
        if (ExecuteTask is not { IsCompleted: false })
        {
            WriteWaiting();
        }
    }

    private void WriteWaiting()
    {
        while (_told.Reader.TryRead(out var told))
        {
            Handle(told);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "a background loop: a record that cannot be made or written is told as missing, and the next one may do")]
    private void Handle(Told told)
    {
        try
        {
            if (told.Make is { } make)
            {
                TellGap();
                _files.Append(told.Time, make);
            }
            else
            {
                told.Reader!.TrySetResult(_files.Read());
            }
        }
        catch (Exception exception)
        {
            told.Reader?.TrySetResult(new Failure("read the journal", $"cannot read the journal: {exception.Message}"));
            Miss(told, exception);
        }
    }

    private void Miss(Told told, Exception exception)
    {
        if (told.Make is not null)
        {
            if (_gap is null)
            {
                Log.Failing(logger, options.File, exception.Message);
            }

            _gap = new GapRecord { Lost = (_gap?.Lost ?? 0) + 1, Since = _gap?.Since ?? told.Time, Reason = exception.Message };
        }
    }

    private void TellGap()
    {
        var dropped = Interlocked.Exchange(ref _dropped, 0);
        if (dropped > 0)
        {
            _gap = new GapRecord { Lost = (_gap?.Lost ?? 0) + dropped, Since = _gap?.Since, Reason = $"more than {Capacity} records waited to be written" };
        }

        if (_gap is { } gap)
        {
            _files.Append(clock.GetUtcNow(), _ => new JournalRecord { Kind = RecordKind.Gap, Gap = gap });
            Log.Again(logger, options.File, gap.Lost);
            _gap = null;
        }
    }

    // With a reader: it gets the files.
    private readonly record struct Told(DateTimeOffset Time, Func<JournalTexts, JournalRecord>? Make, TaskCompletionSource<Outcome<ValueList<JournalSegment>>>? Reader);

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Error, "{File}: records are missing from now on: {Reason}")]
        public static partial void Failing(ILogger logger, string file, string reason);

        [LoggerMessage(1101, LogLevel.Warning, "{File}: {Count} records are missing; the next ones are written again")]
        public static partial void Again(ILogger logger, string file, long count);
    }
}
