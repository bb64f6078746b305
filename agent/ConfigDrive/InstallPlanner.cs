// Pure: which file goes where, whose it is and who may read it; or why it may not go there.
using System.Text;
using Amphora.Linux.Files;

namespace Amphora.Agent.ConfigDrive;

/// <summary>One file to install.</summary>
/// <param name="Path">Where, below the root.</param>
/// <param name="Content">What.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="Owner">Whose.</param>
internal sealed record InstallStep(string Path, byte[] Content, UnixFileMode Mode, FileOwner Owner);

/// <summary>Decides.</summary>
internal static class InstallPlanner
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Public = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const int LongestPath = 1024;

    // Keys, and the agent's configuration with the key of the heartbeats.
    private const string Secrets = "/etc/octavia/";

    /// <summary>The steps: of two files with one path the later.</summary>
    /// <exception cref="InvalidDataException">A file may not go where it wants to, or belongs to nobody known.</exception>
    public static IReadOnlyList<InstallStep> Plan(IReadOnlyList<DriveFile> files, ConfigDriveOptions options, Accounts accounts)
    {
        var steps = new Dictionary<string, InstallStep>(StringComparer.Ordinal);
        var allowed = options.NetworkdDirectory is { } networkd ? [.. options.Allowed, networkd] : options.Allowed;
        foreach (var file in files)
        {
            Check(file, allowed);
            steps[file.Path] = new InstallStep(
                Path.Combine(options.Root, file.Path.TrimStart('/')), file.Content, Mode(file), Owner(file, accounts));
        }

        return [.. steps.Values];
    }

    private static void Check(DriveFile file, IReadOnlyList<string> allowed)
    {
        var parts = file.Path.Split('/');
        if (file.Path.Length > LongestPath || parts.Length < 2 || parts[0].Length > 0
            || parts.Skip(1).Any(static part => part is "" or "." or "..") || HasControls(file.Path))
        {
            throw new InvalidDataException(
                $"{file.Source}: cannot install \"{file.Path}\": it has to be a path from / on, without empty, . and .. parts or control characters");
        }

        if (!allowed.Any(directory => file.Path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal)))
        {
            throw new InvalidDataException($"{file.Source}: cannot install {file.Path}: it has to be below {string.Join(" or ", allowed)}");
        }
    }

    private static bool HasControls(string path)
    {
        foreach (var letter in path)
        {
            if (char.IsControl(letter))
            {
                return true;
            }
        }

        return false;
    }

    // A private key is its owner's alone, whatever the drive says; without a word of it, everything of Octavia's is.
    private static UnixFileMode Mode(DriveFile file)
    {
        var mode = file.Mode ?? (file.Path.StartsWith(Secrets, StringComparison.Ordinal) ? OwnerOnly : Public);
        return Encoding.Latin1.GetString(file.Content).Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? mode & OwnerOnly : mode;
    }

    private static FileOwner Owner(DriveFile file, Accounts accounts)
    {
        if (file.Owner is not { } text)
        {
            return FileOwner.Root;
        }

        var names = text.Split(':');
        var known = accounts.Users.TryGetValue(names[0], out var account);
        var user = known ? account.User : AccountReader.Number(names[0]);
        var group = names.Length == 1 ? (known ? account.Group : user)
            : accounts.Groups.TryGetValue(names[1], out var found) ? found : AccountReader.Number(names[1]);
        return names.Length <= 2 && user is { } uid && group is { } gid
            ? new FileOwner(uid, gid)
            : throw new InvalidDataException($"{file.Source}: cannot install {file.Path}: owner is \"{text}\", has to be a user, or user:group, of this system");
    }
}
