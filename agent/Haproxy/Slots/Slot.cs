// A server line that can be given to another member while HAProxy runs.
using System.Globalization;
using System.Net;
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>What a slot is used for.</summary>
internal enum SlotUse
{
    /// <summary>A member has it.</summary>
    Member,

    /// <summary>A member had it; connections of its may still last.</summary>
    Left,

    /// <summary>Nobody has had it yet.</summary>
    Free,
}

/// <summary>A line <c>server …</c> of a backend, and whose it is. HAProxy 2.6 cannot rename a server, and adding or deleting one while
/// it runs has known faults there: so a server keeps its name, and what changes is who has it.</summary>
/// <param name="Server">The line. One without a member is <c>disabled</c>.</param>
/// <param name="Use">What it is used for.</param>
/// <param name="MemberId">Who has it, or who had it last; null: nobody yet.</param>
internal sealed record Slot(ServerLine Server, SlotUse Use, string? MemberId)
{
    // Most words of a line HAProxy reads (MAX_LINE_ARGS).
    private const int MaxWords = 64;
    private const int MaxWeight = 256;

    // What can be set while HAProxy runs; all other options are the line's for good.
    private static readonly string[] s_runtimeOptions = ["weight", "port", "addr", "disabled"];

    // Nobody has this address (RFC 5737), and a server that is disabled is not asked.
    private static readonly IPAddress s_nowhere = IPAddress.Parse("192.0.2.1");

    /// <summary>HAProxy's name of the server.</summary>
    public string Name => Server.Name;

    /// <summary>True when HAProxy shall send nobody there.</summary>
    public bool IsInMaintenance => Use != SlotUse.Member || Server.Has("disabled");

    /// <summary>What checks go to instead of the port; 0: nothing.</summary>
    public int CheckPort => Server.Value("port") is { } port ? int.Parse(port, CultureInfo.InvariantCulture) : 0;

    /// <summary>What checks go to instead of the address; null: nothing.</summary>
    public IPAddress? CheckAddress => Server.Value("addr") is { } word && AddressWord.TryParse(word, out var address) ? address : null;

    /// <summary>0–256; HAProxy's default is 1.</summary>
    public int Weight => Server.Value("weight") is { } weight ? int.Parse(weight, CultureInfo.InvariantCulture) : 1;

    /// <summary>The options that cannot be set while HAProxy runs.</summary>
    public ValueList<ServerOption> FixedOptions => Server.Without(s_runtimeOptions).Options;

    /// <summary>Reads a line, with whose it is in its comment.</summary>
    /// <returns>Null when it is not a server's, when it has quotes or escapes, which would not be written again as they were, and when a word is
    /// not known here: then nothing of it is changed while HAProxy runs.</returns>
    public static Slot? Read(HaproxyLine line)
    {
        if (line.Count is 0 or > MaxWords || !line[0].Is("server"))
        {
            return null;
        }

        if (line.Raw[..line.EndOfWords].ContainsAny("'\"\\") || ServerLine.Read(line) is not { } server || !IsReadable(server))
        {
            return null;
        }

        var rest = line.Raw[line.EndOfWords..];
        var (use, member) = SlotComment.Read(rest[(rest.IndexOf('#') + 1)..], server.Name);
        return new Slot(server, use, member);
    }

    /// <summary>A slot that waits for members like the one of a line.</summary>
    public static Slot Spare(string name, ServerLine like) =>
        new((like.Without(s_runtimeOptions) with { Name = name, Address = s_nowhere, Port = 1 }).With("disabled", null), SlotUse.Free, MemberId: null);

    /// <summary>The slot without its member: HAProxy sends nobody there.</summary>
    public Slot Leave() => this with { Server = Server.With("disabled", null), Use = SlotUse.Left };

    /// <summary>The slot with a member whose line only differs in what can be set while HAProxy runs.</summary>
    /// <param name="member">The member's line in a configuration made for it.</param>
    public Slot Take(Slot member)
    {
        var server = member.Server with { Name = Name };
        // Where checks go to can be set, but not taken back: what a fresh process reads says the same in full.
        if (CheckPort != 0 && member.CheckPort == 0)
        {
            server = server.With("port", server.Port.ToString(CultureInfo.InvariantCulture));
        }

        if (CheckAddress is not null && member.CheckAddress is null)
        {
            server = server.With("addr", server.AddressText);
        }

        return new Slot(server, SlotUse.Member, member.MemberId);
    }

    // The arguments that are looked at again.
    private static bool IsReadable(ServerLine server) => (server.Value("weight") is not { } weight || IsNumber(weight, MaxWeight))
        && (server.Value("port") is not { } port || IsNumber(port, ushort.MaxValue))
        && (server.Value("addr") is not { } address || AddressWord.TryParse(address, out _));

    private static bool IsNumber(string text, int max) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max;
}
