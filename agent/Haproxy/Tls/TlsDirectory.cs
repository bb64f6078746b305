// The names that the configuration has for certificate files: links to them, and the crt-lists made of the links.
using System.Text;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>Writes what a new process reads. Links hold no secret; the files stay where keys are kept.</summary>
internal static class TlsDirectory
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes links and lists be those of the files. Nothing is taken away.</summary>
    /// <exception cref="Amphora.Linux.Native.LinuxException">The file system refused; what is done can be done again.</exception>
    public static void Write(string directory, TlsFiles files)
    {
        if (files == TlsFiles.None)
        {
            return;
        }

        Directory.CreateDirectory(directory, FileMode | UnixFileMode.UserExecute);
        var isOther = false;
        foreach (var seat in files.Seats)
        {
            isOther |= AtomicLink.Replace(Path.Combine(directory, seat.Name), seat.Source);
        }

        foreach (var list in files.Lists)
        {
            AtomicFile.WriteText(Path.Combine(directory, list.Name), Text(directory, list), FileMode);
        }

        if (isOther)
        {
            AtomicFile.SyncDirectory(directory);
        }
    }

    /// <summary>What belongs to no file any more, and goes when HAProxy runs without it.</summary>
    public static IReadOnlyList<string> FindLeftovers(string directory, TlsFiles files) => !Directory.Exists(directory) ? [] :
    [
        .. Directory.GetFiles(directory).Where(path => files.Find(Path.GetFileName(path)) is null && files.FindList(Path.GetFileName(path)) is null),
    ];

    private static string Text(string directory, TlsList list)
    {
        var text = new StringBuilder();
        foreach (var entry in list.Entries)
        {
            text.Append(Path.Combine(directory, entry.Seat)).Append(entry.Rest.Length > 0 ? " " : "").Append(entry.Rest).Append('\n');
        }

        return text.ToString();
    }
}
