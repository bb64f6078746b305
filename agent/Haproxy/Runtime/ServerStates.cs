// What `show servers state` says of each server, as far as it can be changed while HAProxy runs (HAProxy management guide §9.3).
using System.Globalization;
using System.Net;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>One answer of <c>show servers state</c>, version 1.</summary>
internal sealed class ServerStates
{
    // Columns: be_name, srv_name, srv_addr, srv_admin_state, srv_uweight, srv_port, srv_check_port, srv_check_addr.
    private const int Backend = 1, Name = 3, Address = 4, Admin = 6, Weight = 7, Port = 18, CheckPort = 21, CheckAddress = 22;

    // The comment before the answer's rows.
    private const char Comment = '#';

    private readonly Dictionary<(string Backend, string Name), ServerState> _servers = [];

    private ServerStates()
    {
    }

    /// <summary>How many servers there are.</summary>
    public int Count => _servers.Count;

    /// <summary>A server; null when HAProxy has none of that name.</summary>
    public ServerState? Find(string backend, string name) => _servers.GetValueOrDefault((backend, name));

    /// <summary>The same again in the words <see cref="Parse"/> reads, with a dash for every column nobody looks at.</summary>
    public string ToText()
    {
        var text = new StringBuilder("1\n");
        foreach (var ((backend, name), state) in _servers)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {backend} - {name} {Word(state.Address)} - {(int)state.Admin} {state.Weight}");
            text.Append(CultureInfo.InvariantCulture, $" - - - - - - - - - - {state.Port} - - {state.CheckPort} {Word(state.CheckAddress)}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads the answer; a row that cannot be read is a failure, as what is not known cannot be proven.</summary>
    public static Outcome<ServerStates> Parse(string answer)
    {
        var states = new ServerStates();
        // One range more than is looked at: the last one holds the rest of the line.
        Span<Range> fields = stackalloc Range[CheckAddress + 2];
        var isVersion = true;
        var backend = "";
        foreach (var range in answer.AsSpan().Split('\n'))
        {
            var line = answer.AsSpan(range);
            if (isVersion || line.IsEmpty || line[0] == Comment)
            {
                isVersion = false;
                continue;
            }

            if (line.Split(fields, ' ') <= CheckAddress || Read(line, fields) is not { } state)
            {
                return new Failure("show servers state", $"cannot read HAProxy's state of servers: the row '{line}' has not the {CheckAddress + 1} columns of version 1") { Tool = "haproxy" };
            }

            // The servers of a backend follow each other: one string for all of them.
            backend = line[fields[Backend]].SequenceEqual(backend) ? backend : line[fields[Backend]].ToString();
            states._servers[(backend, line[fields[Name]].ToString())] = state;
        }

        return states;
    }

    private static ServerState? Read(ReadOnlySpan<char> line, ReadOnlySpan<Range> fields) =>
        Number(line[fields[Admin]]) is { } admin && Number(line[fields[Weight]]) is { } weight
        && Number(line[fields[Port]]) is { } port && Number(line[fields[CheckPort]]) is { } checkPort
            ? new ServerState(Ip(line[fields[Address]]), port, weight, (AdminState)admin, checkPort, Ip(line[fields[CheckAddress]]))
            : null;

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Word(IPAddress? address) => address?.ToString() ?? "-";

    // "-": none.
    private static IPAddress? Ip(ReadOnlySpan<char> text) => IPAddress.TryParse(text, out var address) ? address : null;
}

/// <summary>One server as it is now.</summary>
/// <param name="Address">srv_addr; null: none.</param>
/// <param name="Port">srv_port.</param>
/// <param name="Weight">srv_uweight, 0–256.</param>
/// <param name="Admin">srv_admin_state.</param>
/// <param name="CheckPort">srv_check_port; 0: checks go to <paramref name="Port"/>.</param>
/// <param name="CheckAddress">srv_check_addr; null: checks go to <paramref name="Address"/>.</param>
internal sealed record ServerState(IPAddress? Address, int Port, int Weight, AdminState Admin, int CheckPort, IPAddress? CheckAddress)
{
    private const AdminState AnyMaintenance = AdminState.ForcedMaintenance | AdminState.InheritedMaintenance | AdminState.ResolutionMaintenance | AdminState.HostNameMaintenance;
    private const AdminState AnyDrain = AdminState.ForcedDrain | AdminState.InheritedDrain;

    /// <summary>True when no connection goes there and none is checked.</summary>
    public bool IsInMaintenance => (Admin & AnyMaintenance) != 0;

    /// <summary>True when somebody at the socket lets it run empty.</summary>
    public bool IsDraining => (Admin & AnyDrain) != 0;
}

/// <summary>srv_admin_state (HAProxy management guide §9.3, <c>show servers state</c>).</summary>
[Flags]
internal enum AdminState
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>By the socket, or <c>disabled</c> in the configuration until the socket says <c>ready</c>.</summary>
    ForcedMaintenance = 0x01,

    /// <summary>From a tracked server.</summary>
    InheritedMaintenance = 0x02,

    /// <summary>Says only that the configuration has it disabled; stays when it is made ready.</summary>
    ConfiguredMaintenance = 0x04,

    /// <summary>By the socket.</summary>
    ForcedDrain = 0x08,

    /// <summary>From a tracked server.</summary>
    InheritedDrain = 0x10,

    /// <summary>Its name was not resolved.</summary>
    ResolutionMaintenance = 0x20,

    /// <summary>Its host name was set by the socket.</summary>
    HostNameMaintenance = 0x40,
}
