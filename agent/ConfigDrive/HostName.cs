// The guest's name (hostname(5), hostname(7)).
using System.Buffers;
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Agent.ConfigDrive;

/// <summary>Sets it, now and for the next boot: API 1.0 tells it to the controller.</summary>
internal static class HostName
{
    private const int Longest = 64;
    private const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>The name, when it may be one.</summary>
    /// <exception cref="InvalidDataException">It may not.</exception>
    public static string Check(string name) =>
        name.Length is > 0 and <= Longest && !name.AsSpan().ContainsAnyExcept(s_letters) && name[0] is not ('-' or '.') && name[^1] is not ('-' or '.')
            ? name
            : throw new InvalidDataException($"meta_data.json: hostname is \"{name}\", has to be 1 to {Longest} letters, digits, dashes and points");

    /// <summary>Sets it.</summary>
    /// <exception cref="Linux.Native.LinuxException">The kernel or the file system refused.</exception>
    public static void Set(string name, string root)
    {
        AtomicFile.WriteText(Path.Combine(root, "etc/hostname"), name + "\n", Public);
        KernelName.Set(name);
    }
}
