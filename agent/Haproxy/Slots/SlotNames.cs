// Which member a server is, for those who read HAProxy's figures.
using System.Text;
using Amphora.Linux.Files;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>The servers whose name is not that of the member they are used for; of most, it is.</summary>
internal sealed class SlotNames
{
    private const string Nobody = "-";
    private readonly Dictionary<(string Backend, string Server), string> _members = [];

    /// <summary>No server has another name.</summary>
    public static SlotNames None { get; } = new();

    /// <summary>True when every server is the member it is named after.</summary>
    public bool IsEmpty => _members.Count == 0;

    /// <summary>The text for <c>&lt;load balancer&gt;.slots</c>: a line <c>backend server member</c> each, with <c>-</c> for nobody.</summary>
    public static string Write(SlottedText text)
    {
        var lines = new StringBuilder();
        foreach (var backend in text.Backends)
        {
            foreach (var slot in backend.Slots)
            {
                var member = slot.Use == SlotUse.Member ? slot.MemberId! : Nobody;
                if (member != slot.Name)
                {
                    lines.Append(backend.Name).Append(' ').Append(slot.Name).Append(' ').Append(member).Append('\n');
                }
            }
        }

        return lines.ToString();
    }

    /// <summary>The file's ending.</summary>
    public const string Ending = ".slots";

    /// <summary>Reads the file; without one, no server has another name.</summary>
    public static SlotNames Load(string path)
    {
        var names = new SlotNames();
        // None: a load balancer whose servers all have the names of their members, or that has just been removed.
        if (OptionalFile.ReadText(path) is { } text)
        {
            names.Read(text);
        }

        return names;
    }

    /// <summary>Reads the files of all load balancers: backends of different ones have different names.</summary>
    public static SlotNames LoadAll(string basePath)
    {
        var names = new SlotNames();
        foreach (var file in Directory.Exists(basePath) ? Directory.EnumerateFiles(basePath, "*" + Ending) : [])
        {
            foreach (var (server, member) in Load(file)._members)
            {
                names._members[server] = member;
            }
        }

        return names;
    }

    private void Read(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is [var backend, var server, var member])
            {
                _members[(backend, server)] = member;
            }
        }
    }

    /// <summary>The member that a server is used for; null: nobody's.</summary>
    public string? MemberOf(string backend, string server) => !_members.TryGetValue((backend, server), out var member) ? server : member == Nobody ? null : member;
}
