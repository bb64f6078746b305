// The files of a mounted drive: bounded, and never one that lies elsewhere.
namespace Amphora.Agent.ConfigDrive;

/// <summary>Reads below a directory. A symbolic link on a drive is refused: it would read the guest's own files.</summary>
internal sealed class DriveTree(string directory)
{
    /// <summary>The largest file, in bytes; Nova allows 10 KiB.</summary>
    public const int MaxFile = 1024 * 1024;

    /// <summary>All files together.</summary>
    private const int MaxTotal = 8 * 1024 * 1024;

    private int _total;

    /// <summary>A file's content; null when it is not there.</summary>
    /// <param name="path">Below the directory, as <c>openstack/latest/meta_data.json</c>.</param>
    /// <exception cref="InvalidDataException">It leaves the drive, or is too large.</exception>
    public byte[]? Read(string path)
    {
        var full = directory;
        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or ".." || part.Contains('\0'))
            {
                throw new InvalidDataException($"the drive names the file \"{path}\"; it has to be a path without empty, . and .. parts");
            }

            full = Path.Combine(full, part);
            if (new FileInfo(full).LinkTarget is not null)
            {
                throw new InvalidDataException($"{path} on the drive is, or lies behind, a symbolic link");
            }
        }

        if (!File.Exists(full))
        {
            return null;
        }

        using var file = File.OpenHandle(full);
        var content = new byte[Math.Min(RandomAccess.GetLength(file), MaxFile + 1)];
        var length = 0;
        while (length < content.Length && RandomAccess.Read(file, content.AsSpan(length), length) is > 0 and var count)
        {
            length += count;
        }

        _total += length;
        return length > MaxFile ? throw new InvalidDataException($"{path} on the drive is larger than {MaxFile} bytes")
            : _total > MaxTotal ? throw new InvalidDataException($"the drive's files together are larger than {MaxTotal} bytes")
            : content[..length];
    }
}
