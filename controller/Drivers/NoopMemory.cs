// What drivers that build nothing remember: in one process, or in a file that all controllers of a state directory share.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Amphora.Controller.Drivers;

/// <summary>Objects by id. In a file each change is a line at its end, so that a world without machines outlives the controller that is
/// killed in the middle, as machines and networks do; it is never made smaller.</summary>
/// <typeparam name="T">What they are.</typeparam>
/// <param name="path">The file, in a folder that is there; null: in this process only.</param>
/// <param name="json">How a change is written.</param>
internal sealed class NoopMemory<T>(string? path, JsonTypeInfo<NoopChange<T>> json)
    where T : class
{
    private const byte LineEnd = (byte)'\n';
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, T> _objects = [];
    private FileStream? _file;
    private long _read;

    /// <summary>Reads and changes, while nobody else does.</summary>
    public TResult Hold<TResult>(Func<NoopMemory<T>, TResult> work)
    {
        lock (_lock)
        {
            using var file = path is null ? null : Open(path);
            _file = file;
            CatchUp();
            return work(this);
        }
    }

    /// <summary>One of them; null when there is none. While it is held.</summary>
    public T? this[string id] => _objects.GetValueOrDefault(id);

    /// <summary>All of them. While it is held.</summary>
    public IReadOnlyCollection<T> All => _objects.Values;

    /// <summary>Puts one in the place of what was there. While it is held.</summary>
    public T Set(string id, T value)
    {
        Change(id, value);
        return value;
    }

    /// <summary>Nothing is there any more. While it is held.</summary>
    /// <returns>Whether something was.</returns>
    public bool Remove(string id)
    {
        var wasThere = _objects.ContainsKey(id);
        if (wasThere)
        {
            Change(id, null);
        }

        return wasThere;
    }

    private void Change(string id, T? value)
    {
        var change = new NoopChange<T>(id, value);
        Apply(change);
        if (_file is { } file)
        {
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(change, json), LineEnd]);
            file.Flush();
            _read = file.Position;
        }
    }

    private static FileStream Open(string path)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var wait = default(SpinWait);
        while (true)
        {
            if (FileLock.TryTake(path) is { } taken)
            {
                return taken;
            }

            if (TimeProvider.System.GetElapsedTime(begin) >= s_limit)
            {
                throw new DriverException($"cannot lock {path} within {s_limit.TotalSeconds} s: another controller works on it");
            }

            wait.SpinOnce();
        }
    }

    private void CatchUp()
    {
        if (_file is not { } file)
        {
            return;
        }

        var news = new byte[file.Length - _read];
        file.Position = _read;
        file.ReadExactly(news);
        var rest = news.AsSpan();
        for (var end = rest.IndexOf(LineEnd); end >= 0; end = rest.IndexOf(LineEnd))
        {
            Apply(JsonSerializer.Deserialize(rest[..end], json)!);
            rest = rest[(end + 1)..];
        }

        // Who was killed while it wrote a line did not do it.
        _read += news.Length - rest.Length;
        file.SetLength(_read);
        file.Position = _read;
    }

    private void Apply(NoopChange<T> change)
    {
        if (change.Value is { } value)
        {
            _objects[change.Id] = value;
        }
        else
        {
            _objects.Remove(change.Id);
        }
    }
}

/// <summary>A line of the file.</summary>
/// <param name="Id">Of what.</param>
/// <param name="Value">What it is from now on; null: gone.</param>
internal sealed record NoopChange<T>(string Id, T? Value)
    where T : class;
