// The files of a history: <base_path>/<load balancer>/history/<sequence>.{json,content,window}.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Linux.Files;
using Amphora.Linux.Native;

namespace Amphora.Agent.Apply.History;

/// <summary>An entry is there when its <c>.json</c> is, which is written last and deleted first; content or window without one are what a
/// killed writer left. Directory 0700, files 0600.</summary>
/// <param name="basePath">[haproxy_amphora] base_path.</param>
internal sealed class HistoryFiles(string basePath)
{
    private const string Entry = "json";
    private const string Content = "content";
    private const string Window = "window";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Load balancers that have a history.</summary>
    public IEnumerable<string> LoadBalancers() => Directory.Exists(basePath)
        ? Directory.EnumerateDirectories(basePath).Select(static path => Path.GetFileName(path)).Where(id => Directory.Exists(FolderOf(id)))
        : [];

    /// <summary>The sequence for another entry: one more than any there, readable or not.</summary>
    public long Next(string loadBalancerId) => Numbers(loadBalancerId, Entry).DefaultIfEmpty(0).Max() + 1;

    /// <summary>Writes the content of an entry that is to come.</summary>
    public void WriteContent(string loadBalancerId, long sequence, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(FolderOf(loadBalancerId), OwnerOnly | UnixFileMode.UserExecute);
        AtomicFile.Write(PathOf(loadBalancerId, sequence, Content), content, OwnerOnly);
    }

    /// <summary>Reads a content.</summary>
    public byte[] ReadContent(string loadBalancerId, long sequence) => File.ReadAllBytes(PathOf(loadBalancerId, sequence, Content));

    /// <summary>Writes an entry, whose content is there.</summary>
    public void WriteEntry(string loadBalancerId, HistoryEntry entry) => AtomicFile.Write(
        PathOf(loadBalancerId, entry.Sequence, Entry), JsonSerializer.SerializeToUtf8Bytes(entry, HistoryJson.Default.HistoryEntry), OwnerOnly);

    /// <summary>Writes the window of an entry; one that nobody has to confirm is not waited for until it is on the disk.</summary>
    public void WriteWindow(string loadBalancerId, Commit.OpenWindow window)
    {
        var (path, content) = (PathOf(loadBalancerId, window.Sequence, Window), JsonSerializer.SerializeToUtf8Bytes(window, HistoryJson.Default.OpenWindow));
        if (window.ConfirmBy is null)
        {
            AtomicFile.Replace(path, content, OwnerOnly);
        }
        else
        {
            AtomicFile.Write(path, content, OwnerOnly);
        }
    }

    /// <summary>The window of an entry; null when there is none that can be read.</summary>
    public Commit.OpenWindow? ReadWindow(string loadBalancerId, long sequence)
    {
        var path = PathOf(loadBalancerId, sequence, Window);
        return File.Exists(path) ? Read(path, HistoryJson.Default.OpenWindow, out _) : null;
    }

    /// <summary>Ends the window of an entry.</summary>
    public void DeleteWindow(string loadBalancerId, long sequence) => AtomicFile.Delete(PathOf(loadBalancerId, sequence, Window));

    /// <summary>Takes away what a killed writer left, and reads the entries, oldest first.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="unreadable">Called with file and reason for an entry that cannot be used; its files stay.</param>
    public List<HistoryEntry> ReadAll(string loadBalancerId, Action<string, string> unreadable)
    {
        AtomicFile.CleanLeftovers(FolderOf(loadBalancerId));
        var numbers = Numbers(loadBalancerId, Entry).Order().ToList();
        DeleteAllBut(loadBalancerId, numbers);
        var entries = new List<HistoryEntry>();
        foreach (var number in numbers)
        {
            var path = PathOf(loadBalancerId, number, Entry);
            if (Read(path, HistoryJson.Default.HistoryEntry, out var reason) is { } entry && entry.Sequence == number)
            {
                entries.Add(entry);
            }
            else
            {
                unreadable(path, reason ?? "it is another entry");
            }
        }

        return entries;
    }

    /// <summary>Deletes the entries that are not named, and what belongs to none.</summary>
    public void DeleteAllBut(string loadBalancerId, IReadOnlyCollection<long> sequences)
    {
        // Entries before what belongs to them.
        foreach (var kind in (string[])[Entry, Content, Window])
        {
            foreach (var gone in Numbers(loadBalancerId, kind).Except(sequences).ToList())
            {
                File.Delete(PathOf(loadBalancerId, gone, kind));
            }
        }
    }

    private static T? Read<T>(string path, JsonTypeInfo<T> type, out string? reason)
        where T : class
    {
        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
            reason = read is null ? "it is null" : null;
            return read;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or LinuxException)
        {
            reason = exception.Message;
            return null;
        }
    }

    private IEnumerable<long> Numbers(string loadBalancerId, string kind)
    {
        var folder = FolderOf(loadBalancerId);
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, $"*.{kind}") : [])
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                yield return number;
            }
        }
    }

    private string FolderOf(string loadBalancerId) => Path.Combine(basePath, loadBalancerId, "history");

    private string PathOf(string loadBalancerId, long sequence, string kind) =>
        Path.Combine(FolderOf(loadBalancerId), string.Create(CultureInfo.InvariantCulture, $"{sequence}.{kind}"));
}
