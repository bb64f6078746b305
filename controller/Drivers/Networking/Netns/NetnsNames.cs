// Pure: what links and namespaces are called; short, and no other state's of this host.
using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Names of a state. A link's may have 15 bytes; ids are told apart by their end, which is random in every version of UUID.</summary>
/// <param name="stateDirectory">The state's folder.</param>
internal sealed class NetnsNames(string stateDirectory)
{
    private const string BridgePrefix = "br-";
    private const string PlugPrefix = "p-";

    /// <summary>Tells this state from the others of this host.</summary>
    public string State { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory)))).AsSpan(0, 4));

    /// <summary>A number that is another one in other states, mostly.</summary>
    public uint Number => uint.Parse(State, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The namespace with all bridges.</summary>
    public string Fabric => $"amphora-{State}-fabric";

    /// <summary>This host's end of the management network.</summary>
    public string HostLink => $"amp-{State}";

    /// <summary>The other end of it, in the fabric.</summary>
    public string HostPlug => $"host-{State}";

    /// <summary>An amphora's root side: its agent runs there.</summary>
    public string AmphoraRoot(Guid amphoraId) => $"amphora-{State}-{Short(amphoraId)}-root";

    /// <summary>Where an amphora's HAProxy and keepalived run; its agent makes it.</summary>
    public string AmphoraHaproxy(Guid amphoraId) => $"amphora-{State}-{Short(amphoraId)}-haproxy";

    /// <summary>Whether a namespace is a side of an amphora of this state, whichever.</summary>
    public bool IsOfAmphora(string networkNamespace) => networkNamespace.StartsWith($"amphora-{State}-", StringComparison.Ordinal) && networkNamespace != Fabric;

    /// <summary>A short name for an amphora's files: 108 bytes are all that a socket's path may have.</summary>
    public string AmphoraFiles(Guid amphoraId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{State} {amphoraId:N}")).AsSpan(0, 6));

    /// <summary>A network's bridge.</summary>
    public static string Bridge(Guid networkId) => $"{BridgePrefix}{Short(networkId)}";

    /// <summary>A port's end at the bridge.</summary>
    public static string Plug(Guid portId) => $"{PlugPrefix}{Short(portId)}";

    /// <summary>Whether a link of the fabric is a bridge or a port's end.</summary>
    public static bool IsOfFabric(string link) => link.StartsWith(BridgePrefix, StringComparison.Ordinal) || link.StartsWith(PlugPrefix, StringComparison.Ordinal);

    /// <summary>The last twelve digits of an id.</summary>
    public static string Short(Guid id) => id.ToString("N", CultureInfo.InvariantCulture)[^12..];

    /// <summary>A bridge's hardware address, always the same one.</summary>
    public static PhysicalAddress BridgeAddress(Guid networkId) => new([0x02, .. SHA256.HashData(networkId.ToByteArray()).AsSpan(0, 5)]);
}
