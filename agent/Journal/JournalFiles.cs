// The two files of the journal: each record is one more line, and the line before is named in it.
using System.Buffers;
using System.Text.Json;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Agent.Journal;

/// <summary>Appends, and begins the next file when one is full. A record and the texts it needs are one write, and stand in one file. Not
/// synced: a power cut costs the last seconds, and no change waits for the disk. Used by the journal's one writer only.</summary>
internal sealed class JournalFiles(JournalOptions options, TimeProvider clock) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A record about the file itself is shorter.
    private const int MostToTell = 1024;

    private readonly JournalTexts _texts = new();

    private FileStream? _stream;
    private long _length;
    private ChainEnd? _end;

    // Half of what both may have.
    private long Room => options.MostBytes / 2;

    private SafeFileHandle Handle => _stream!.SafeFileHandle;

    /// <summary>Writes a record, with its number and place in the chain.</summary>
    /// <param name="time">When it was told.</param>
    /// <param name="make">Makes it and keeps its texts; called again when it goes to another file.</param>
    /// <exception cref="IOException">It is not written, and the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Append(DateTimeOffset time, Func<JournalTexts, JournalRecord> make)
    {
        try
        {
            Open();
            var lines = Lines(time, make);
            if (_length > 0 && _length + lines.Bytes.Length > Room)
            {
                BeginNext();
                lines = Lines(time, make);
            }

            // More than a file may hold: that there was something is all that can be kept.
            Write(_length + lines.Bytes.Length <= Room ? lines : TooLarge(time, lines.Bytes.Length));
        }
        catch
        {
            _texts.Forget();
            Close();
            throw;
        }
    }

    /// <summary>Both files as they are now, the older one first; whoever gets them closes them.</summary>
    public ValueList<JournalSegment> Read()
    {
        var segments = new List<JournalSegment>();
        foreach (var path in (string[])[options.OlderFile, options.File])
        {
            if (File.Exists(path))
            {
                var stream = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
                segments.Add(new JournalSegment(stream, stream.Length));
            }
        }

        return segments.ToValueList();
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Open()
    {
        var found = new FileInfo(options.File);
        var isOurs = _stream is not null && found.Exists && found.Length == _length;
        if (isOurs)
        {
            return;
        }

        var why = _end is null ? "the agent starts"
            : _stream is null ? "writing failed before"
            : $"somebody else changed the file: it has {(found.Exists ? found.Length : 0)} bytes, {_length} were written";
        Close();
        OpenFile();
        var end = ChainEnd.Read(Handle);
        var torn = RandomAccess.GetLength(Handle) - end.Length;
        if (torn > 0)
        {
            RandomAccess.SetLength(Handle, end.Length);
        }

        // What was written by this process is known: a file that says otherwise is told by the break in its chain.
        (_length, _end) = (end.Length, _end ?? (end.Length > 0 ? end : EndOfOlder()));
        _texts.Forget();
        if (_length + MostToTell > Room)
        {
            BeginNext();
        }

        Tell(why, torn > 0 ? torn : null);
    }

    private void BeginNext()
    {
        Close();
        if (_length > Room)
        {
            // The files had more room when it was written.
            File.Delete(options.File);
        }
        else
        {
            File.Move(options.File, options.OlderFile, overwrite: true);
        }

        OpenFile();
        _length = 0;
        _texts.Forget();
        Tell("the file before is full", null);
    }

    private void Tell(string why, long? cutOff) => Write(Lines(
        clock.GetUtcNow(), _ => new JournalRecord { Kind = RecordKind.Opened, Opened = new OpenedRecord { Why = why, Version = options.Version, CutOff = cutOff } }));

    private ChainEnd EndOfOlder()
    {
        if (!File.Exists(options.OlderFile))
        {
            return ChainEnd.Nothing;
        }

        using var older = File.OpenHandle(options.OlderFile, share: FileShare.ReadWrite | FileShare.Delete);
        return ChainEnd.Read(older);
    }

    private Written TooLarge(DateTimeOffset time, int bytes)
    {
        _texts.Forget();
        return Lines(time, _ => new JournalRecord
        {
            Kind = RecordKind.Gap,
            Gap = new GapRecord { Lost = 1, Since = time, Reason = $"with its texts it has {bytes} bytes, a file may have {Room}" },
        });
    }

    private Written Lines(DateTimeOffset time, Func<JournalTexts, JournalRecord> make)
    {
        var record = make(_texts);
        var (bytes, end) = (new ArrayBufferWriter<byte>(), _end!);
        foreach (var text in _texts.TakeFresh())
        {
            end = Add(bytes, new JournalRecord { Kind = RecordKind.Text, Text = text, Time = time }, end);
        }

        end = Add(bytes, record with { Time = time }, end);
        return new Written(bytes.WrittenMemory, end);
    }

    private static ChainEnd Add(ArrayBufferWriter<byte> bytes, JournalRecord record, ChainEnd end)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(record with { Seq = end.Seq + 1, Prev = end.Hash }, JournalJson.Default.JournalRecord);
        bytes.Write(line);
        bytes.Write("\n"u8);
        return new ChainEnd(end.Seq + 1, JournalTexts.DigestOf(line), 0);
    }

    private void Write(Written lines)
    {
        try
        {
            RandomAccess.Write(Handle, lines.Bytes.Span, _length);
        }
        catch (IOException)
        {
            // Half a line on a full disk. When it stays, the next opening cuts it off.
            RandomAccess.SetLength(Handle, _length);
            throw;
        }

        (_length, _end) = (_length + lines.Bytes.Length, lines.End);
    }

    private void OpenFile()
    {
        Directory.CreateDirectory(options.BasePath);
        _stream = new FileStream(options.File, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private sealed record Written(ReadOnlyMemory<byte> Bytes, ChainEnd End);
}

/// <summary>A file of the journal as it was at a moment.</summary>
/// <param name="Stream">To read.</param>
/// <param name="Bytes">How much of it; what is written meanwhile is no part of it.</param>
internal sealed record JournalSegment(FileStream Stream, long Bytes);
