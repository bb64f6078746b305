// Files of certificates and keys: whole or not there, keys for their owner only, nothing replaced by accident.
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Native;

namespace Amphora.Controller.Certificates;

/// <summary>Writes the files of this slice.</summary>
internal static class CertificateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Says no when one of the files is there and may not be replaced.</summary>
    public static Failure? Taken(bool force, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                return new Failure("write the file", $"cannot write {path}: it is a directory");
            }

            if (!force && Path.Exists(path))
            {
                return new Failure("write the file", $"cannot write {path}: it exists (--force replaces it)");
            }
        }

        return null;
    }

    /// <summary>Makes the directory of a CA, for its owner only; an existing one stays as it is.</summary>
    public static Failure? MakeDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure("make the directory", $"cannot make {path}: {exception.Message}");
        }
    }

    /// <summary>Writes a file that holds a private key.</summary>
    public static Failure? WriteSecret(string path, string text, bool force) => Write(path, text, Owner, force);

    /// <summary>Writes a file that everybody may read.</summary>
    public static Failure? WritePublic(string path, string text, bool force) => Write(path, text, Everybody, force);

    private static Failure? Write(string path, string text, UnixFileMode mode, bool force)
    {
        if (Taken(force, path) is { } taken)
        {
            return taken;
        }

        try
        {
            AtomicFile.WriteText(path, text, mode);
            return null;
        }
        catch (LinuxException exception)
        {
            return new Failure("write the file", $"cannot write {path}: {exception.Message}") { ExitCode = exception.Errno };
        }
    }
}
