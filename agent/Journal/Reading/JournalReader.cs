// Reads a journal from its first line to its last, and looks at the chain.
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Amphora.Agent.Journal.Records;

namespace Amphora.Agent.Journal.Reading;

/// <summary>One file, or several behind each other as the API answers them. What stood before the first line is not known; from there on every
/// line vouches for the one before it. Nothing vouches for the last one, and lines that were cut off behind it leave no trace.</summary>
internal sealed class JournalReader(Stream journal)
{
    private readonly PipeReader _lines = PipeReader.Create(journal, new StreamPipeReaderOptions(bufferSize: 64 * 1024));

    private long _number;
    private long _seq;
    private string? _hash;

    /// <summary>Where the chain is broken; null: it was not, up to the last record that was answered.</summary>
    public BrokenLine? Broken { get; private set; }

    /// <summary>Lines read.</summary>
    public long Count => _number;

    /// <summary>The records in order, up to the end or the first break.</summary>
    public async IAsyncEnumerable<JournalRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } line)
        {
            _number++;
            var record = Parse(line);
            Broken ??= record is null ? null : Check(record);
            if (record is null || Broken is not null)
            {
                yield break;
            }

            (_seq, _hash) = (record.Seq, JournalTexts.DigestOf(line));
            yield return record;
        }
    }

    private async Task<byte[]?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _lines.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                _lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted)
            {
                Broken = read.Buffer.IsEmpty ? null : new BrokenLine(_number + 1, $"the line ends after {read.Buffer.Length} bytes, in its middle");
                return null;
            }

            _lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private JournalRecord? Parse(byte[] line)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, JournalJson.Default.JournalRecord) is { } record)
            {
                return record;
            }

            Broken = new BrokenLine(_number, "it is no record: null");
        }
        catch (JsonException exception)
        {
            Broken = new BrokenLine(_number, $"it is no record: {exception.Message}");
        }

        return null;
    }

    private BrokenLine? Check(JournalRecord record) =>
        _hash is null ? null
        : record.Seq != _seq + 1 ? new BrokenLine(_number, $"record {record.Seq} stands where record {_seq + 1} has to: lines were removed, added or moved")
        : record.Prev != _hash ? new BrokenLine(_number - 1, $"record {record.Seq} was written after another line than this one: it was changed")
        : null;
}

/// <summary>Where a chain is broken.</summary>
/// <param name="Line">From 1 on.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record BrokenLine(long Line, string Reason);
