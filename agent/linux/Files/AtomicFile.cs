// Files that are whole at every moment: readers, a kill -9 and a power cut see the old content or the new one.
using System.Text;
using Amphora.Linux.Native;

namespace Amphora.Linux.Files;

/// <summary>Writes and deletes files so that no half of one is ever seen: temporary name in the same directory, fsync, rename,
/// fsync of the directory. Failures are <see cref="LinuxException"/>s that name call, path and errno (ENOSPC, EIO, …).</summary>
public static class AtomicFile
{
    private const string LeftoverMark = ".tmp-";
    private const int RandomLetters = 6;

    /// <summary>Replaces the file; false when content and mode were like that already and nothing was touched.</summary>
    /// <exception cref="LinuxException">The file system refused; the earlier file is as it was.</exception>
    public static bool Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        using var prepared = Prepare(path, content, mode);
        prepared.Commit();
        return prepared.Changed;
    }

    /// <summary>As <see cref="Write"/>, with UTF-8 text (no byte order mark).</summary>
    public static bool WriteText(string path, string text, UnixFileMode mode) => Write(path, Encoding.UTF8.GetBytes(text), mode);

    /// <summary>Replaces the file without waiting for the disk: a kill -9 leaves the old content or the new one, a power cut perhaps an
    /// older one or none. For what is written every few seconds and can be made again.</summary>
    /// <exception cref="LinuxException">The file system refused; the earlier file is as it was.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var full = Path.GetFullPath(path);
        var temporary = PreparedFile.WriteTemporary(full, $".{Path.GetFileName(full)}{LeftoverMark}", content, mode, owner: null, isSynced: false);
        RenameOrDelete(temporary, full);
    }

    /// <summary>First half of a write: the content is safe on disk under a temporary name. Prepare many files, then commit them,
    /// so that a full disk is found out before the first file is replaced.</summary>
    public static PreparedFile Prepare(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Prepare(path, content, mode, owner: null);

    /// <summary>As <see cref="Prepare(string, ReadOnlySpan{byte}, UnixFileMode)"/>, for an owner; null: whoever writes.</summary>
    public static PreparedFile Prepare(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        var full = Path.GetFullPath(path);
        return IsAlready(full, content, mode) && (owner is null || FileOwner.Of(full) == owner)
            ? new PreparedFile(full, temporary: null)
            : new PreparedFile(full, PreparedFile.WriteTemporary(full, $".{Path.GetFileName(full)}{LeftoverMark}", content, mode, owner, isSynced: true));
    }

    /// <summary>As <see cref="Prepare(string, ReadOnlySpan{byte}, UnixFileMode)"/>, with UTF-8 text (no byte order mark).</summary>
    public static PreparedFile PrepareText(string path, string text, UnixFileMode mode) => Prepare(path, Encoding.UTF8.GetBytes(text), mode);

    /// <summary>Deletes the file for good; false when it was not there.</summary>
    public static bool Delete(string path)
    {
        var full = Path.GetFullPath(path);
        if (Libc.unlink(full) < 0)
        {
            return Libc.LastError == Libc.ENOENT ? false : throw new LinuxException($"unlink {full}", Libc.LastError);
        }

        SyncDirectory(Path.GetDirectoryName(full)!);
        return true;
    }

    /// <summary>Removes temporary files that a killed writer left in the directory; call it before anything writes there.</summary>
    /// <returns>How many there were.</returns>
    public static int CleanLeftovers(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return 0;
        }

        var leftovers = Directory.GetFiles(directory, $".*{LeftoverMark}*").Where(IsLeftover).ToList();
        foreach (var leftover in leftovers)
        {
            Delete(leftover);
        }

        return leftovers.Count;
    }

    /// <summary>Puts what has a temporary name in place, not synced; when that is refused, it is taken away again.</summary>
    internal static void RenameOrDelete(string temporary, string path)
    {
        if (Libc.rename(temporary, path) < 0)
        {
            var error = Libc.LastError;
            _ = Libc.unlink(temporary);
            throw new LinuxException($"rename {temporary} to {path}", error);
        }
    }

    /// <summary>A name in the same directory for what is going to be renamed; <see cref="CleanLeftovers"/> knows it.</summary>
    internal static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}{LeftoverMark}{Path.GetRandomFileName()[..RandomLetters]}");

    /// <summary>True for the name of a file that is being written, or that a killed writer left.</summary>
    public static bool IsLeftover(string path)
    {
        var name = Path.GetFileName(path);
        var mark = name.Length - RandomLetters - LeftoverMark.Length;
        return mark > 1 && name[0] == '.' && name.AsSpan(mark, LeftoverMark.Length).SequenceEqual(LeftoverMark);
    }

    /// <summary>Makes names created, renamed or removed in the directory survive a power cut.</summary>
    public static void SyncDirectory(string directory)
    {
        using var handle = Libc.Check(Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC), $"open {directory}");
        PreparedFile.Sync(handle, directory);
    }

    private static bool IsAlready(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        try
        {
            var info = new FileInfo(path);
            return info.Exists && info.LinkTarget is null && info.Length == content.Length && info.UnixFileMode == mode
                && content.SequenceEqual(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whatever is there cannot be read; writing will say why, or replace it.
            return false;
        }
    }
}
