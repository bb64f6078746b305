// A folder with a JSON file for each object of a kind.
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Linux.Files;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Reads and writes them. A file is whole at every moment, so reading needs no lock; only files that others have changed since
/// are read again.</summary>
/// <param name="directory">The folder.</param>
/// <param name="type">How an object is written.</param>
internal sealed class RecordFolder<T>(string directory, JsonTypeInfo<T> type)
    where T : class
{
    private const string Ending = ".json";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ConcurrentDictionary<string, (DateTime Written, long Length, T Entry)> _known = new(StringComparer.Ordinal);

    /// <summary>Makes the folder.</summary>
    public void Create() => Directory.CreateDirectory(directory, OwnerFile | UnixFileMode.UserExecute);

    /// <summary>The object with this id; null when there is none.</summary>
    public T? Find(Guid id) => Read(new FileInfo(PathOf(id)));

    /// <summary>All of them.</summary>
    public IReadOnlyList<T> All()
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var found = new List<T>();
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*" + Ending))
        {
            if (file.Name[0] != '.' && Read(file) is { } entry)
            {
                found.Add(entry);
            }
        }

        return found;
    }

    /// <summary>Writes one.</summary>
    public void Write(Guid id, T entry)
    {
        AtomicFile.Write(PathOf(id), JsonSerializer.SerializeToUtf8Bytes(entry, type), OwnerFile);
        // Two of one length may be written within a tick of the file system's clock.
        _known.TryRemove(PathOf(id), out _);
    }

    /// <summary>Deletes one; none is fine.</summary>
    public void Delete(Guid id)
    {
        _known.TryRemove(PathOf(id), out _);
        if (Directory.Exists(directory))
        {
            AtomicFile.Delete(PathOf(id));
        }
    }

    private string PathOf(Guid id) => Path.Combine(directory, id.ToString("D") + Ending);

    // A file is replaced and never written to, so a changed one has another time.
    private T? Read(FileInfo file)
    {
        try
        {
            if (!file.Exists)
            {
                return null;
            }

            var (written, length) = (file.LastWriteTimeUtc, file.Length);
            if (_known.TryGetValue(file.FullName, out var known) && known.Written == written && known.Length == length)
            {
                return known.Entry;
            }

            var entry = JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), type);
            if (entry is not null)
            {
                _known[file.FullName] = (written, length, entry);
            }

            return entry;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw new DriverException($"cannot read {file.FullName}: {exception.Message}");
        }
    }
}
