// The guest's users and groups, by name.
using System.Globalization;

namespace Amphora.Agent.ConfigDrive;

/// <summary>passwd(5) and group(5): the guest's own, which may not be the ones of the running system.</summary>
/// <param name="Users">Name → user id and its group.</param>
/// <param name="Groups">Name → group id.</param>
internal sealed record Accounts(IReadOnlyDictionary<string, (uint User, uint Group)> Users, IReadOnlyDictionary<string, uint> Groups);

/// <summary>Reads them.</summary>
internal static class AccountReader
{
    /// <summary>Of a root directory; root is always known.</summary>
    public static Accounts Read(string root)
    {
        var users = new Dictionary<string, (uint, uint)>(StringComparer.Ordinal) { ["root"] = (0, 0) };
        foreach (var fields in Lines(Path.Combine(root, "etc/passwd")))
        {
            if (fields.Length > 3 && Number(fields[2]) is { } user && Number(fields[3]) is { } group)
            {
                users[fields[0]] = (user, group);
            }
        }

        var groups = new Dictionary<string, uint>(StringComparer.Ordinal) { ["root"] = 0 };
        foreach (var fields in Lines(Path.Combine(root, "etc/group")))
        {
            if (fields.Length > 2 && Number(fields[2]) is { } group)
            {
                groups[fields[0]] = group;
            }
        }

        return new Accounts(users, groups);
    }

    /// <summary>An id that is written as a number.</summary>
    public static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<string[]> Lines(string path) => File.Exists(path) ? File.ReadLines(path).Select(static line => line.Split(':')) : [];
}
