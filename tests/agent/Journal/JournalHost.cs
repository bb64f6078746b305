// A journal in a folder of its own, and what stands in it.
using System.Text;
using Amphora.Agent.Journal;
using Amphora.Agent.Journal.Reading;
using Amphora.Agent.Journal.Records;
using Amphora.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Journal;

/// <summary>Started when it is made; <see cref="AgainAsync"/> is the agent's next start.</summary>
internal sealed class JournalHost : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private AgentJournal _journal;

    public JournalHost(long mostBytes = 1024 * 1024)
    {
        Options = new JournalOptions { BasePath = _folder.Path, MostBytes = mostBytes, Version = "1" };
        _journal = Start();
    }

    /// <summary>One that keeps nothing, for who needs one and is not about it.</summary>
    public static AgentJournal None { get; } = new(new JournalOptions { BasePath = "" }, TimeProvider.System, NullLogger<AgentJournal>.Instance);

    public JournalOptions Options { get; set; }

    public AgentJournal Journal => _journal;

    public string Folder => _folder.Path;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Tells it something small.</summary>
    public void Tell(string what) => _journal.Add(_ => Request(what));

    /// <summary>Waits until everything that was told is written, or counted as missing.</summary>
    public async Task FlushAsync()
    {
        foreach (var segment in (await _journal.OpenAsync(Cancel)).Value)
        {
            await segment.Stream.DisposeAsync();
        }
    }

    /// <summary>Ends it in order.</summary>
    public async Task StopAsync()
    {
        await _journal.StopAsync(Cancel);
        _journal.Dispose();
    }

    /// <summary>The agent ends and starts again.</summary>
    public async Task AgainAsync()
    {
        await StopAsync();
        _journal = Start();
    }

    /// <summary>Everything, as the API answers it.</summary>
    public async Task<byte[]> BytesAsync()
    {
        await FlushAsync();
        return [.. File.Exists(Options.OlderFile) ? await File.ReadAllBytesAsync(Options.OlderFile, Cancel) : [], .. await File.ReadAllBytesAsync(Options.File, Cancel)];
    }

    /// <summary>Its records, and where its chain is broken.</summary>
    public async Task<(IReadOnlyList<JournalRecord> Records, BrokenLine? Broken)> ReadAsync() => await ReadAsync(await BytesAsync());

    /// <summary>The records of any journal, and where its chain is broken.</summary>
    public static async Task<(IReadOnlyList<JournalRecord> Records, BrokenLine? Broken)> ReadAsync(byte[] journal)
    {
        var reader = new JournalReader(new MemoryStream(journal));
        var records = new List<JournalRecord>();
        await foreach (var record in reader.ReadAsync(Cancel))
        {
            records.Add(record);
        }

        return (records, reader.Broken);
    }

    /// <summary>What <see cref="Tell"/> told, in order.</summary>
    public static IEnumerable<string> Told(IEnumerable<JournalRecord> records) => records.Select(record => record.Request?.Path).OfType<string>();

    /// <summary>A record like any other.</summary>
    public static JournalRecord Request(string path) => new()
    {
        Kind = RecordKind.Request,
        Request = new RequestRecord { Id = "1", Method = "PUT", Path = path, Status = 200, Ms = 1 },
    };

    /// <summary>A text that does not become smaller when it is compressed.</summary>
    public static string Noise(int seed, int length)
    {
        var noise = new byte[length / 2];
        new Random(seed).NextBytes(noise);
        return Convert.ToHexString(noise);
    }

    /// <summary>The lines of a journal.</summary>
    public static IReadOnlyList<string> Lines(byte[] journal) => Encoding.UTF8.GetString(journal).Split('\n')[..^1];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private AgentJournal Start()
    {
        var journal = new AgentJournal(Options, TimeProvider.System, NullLogger<AgentJournal>.Instance);
        Assert.True(journal.StartAsync(Cancel).IsCompletedSuccessfully);
        return journal;
    }
}
