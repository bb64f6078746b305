// The host's side of a machine's cards: taps that qemu makes, plugged into bridges.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Looks before qemu is started, and plugs afterwards.</summary>
internal static class HostNetwork
{
    private const string Step = "prepare the network";

    /// <summary>Says what of it cannot be: namespace, bridge or port that is not there, a tap that is.</summary>
    public static Failure? Check(string? networkNamespace, int? port, IEnumerable<VmNic> nics)
    {
        if (networkNamespace is not null && !NetworkNamespace.Exists(networkNamespace))
        {
            return Wrong($"there is no network namespace {networkNamespace}");
        }

        using (var netlink = RouteNetlink.Open(networkNamespace))
        {
            foreach (var nic in nics)
            {
                if (nic.Bridge is not null && netlink.FindLink(nic.Bridge) is null)
                {
                    return Wrong($"there is no bridge {nic.Bridge}{In(networkNamespace)}");
                }

                if (netlink.FindLink(nic.Tap) is not null)
                {
                    return Wrong($"the name {nic.Tap} is taken{In(networkNamespace)}");
                }
            }
        }

        return port is { } wanted && !IsFree(networkNamespace, wanted) ? Wrong($"port {wanted} of 127.0.0.1 is taken{In(networkNamespace)}") : null;
    }

    /// <summary>A port of 127.0.0.1 that is free now.</summary>
    public static int FreePort(string? networkNamespace)
    {
        using var socket = Bind(networkNamespace, 0);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Plugs a tap that qemu has made into its bridge, and sets it up.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="IOException">There is no such tap or bridge.</exception>
    public static void Plug(string? networkNamespace, VmNic nic)
    {
        using var netlink = RouteNetlink.Open(networkNamespace);
        var tap = netlink.FindLink(nic.Tap) ?? throw new IOException($"qemu made no tap {nic.Tap}");
        if (nic.Bridge is not null)
        {
            netlink.SetMaster(tap, netlink.FindLink(nic.Bridge) ?? throw new IOException($"there is no bridge {nic.Bridge}{In(networkNamespace)}"));
        }

        netlink.SetUp(tap, up: true);
    }

    /// <summary>A card at a slot, with a name made up for its tap when it has none.</summary>
    public static VmNic ToNic(WantedNic wanted, VmFolder folder, int slot)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"nic{slot}");
        return new VmNic(id, wanted.Mac, wanted.Tap ?? TapName(folder, id), wanted.Bridge, slot);
    }

    /// <summary>A tap's name that no other machine uses.</summary>
    public static string TapName(VmFolder folder, string id) => "tap" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{folder.Path}/{id}")))[..8];

    private static bool IsFree(string? networkNamespace, int port)
    {
        try
        {
            Bind(networkNamespace, port).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Bind(string? networkNamespace, int port)
    {
        var socket = NetworkNamespace.Run(networkNamespace, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            // As qemu does: connections that are long closed do not keep a port.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string In(string? networkNamespace) => networkNamespace is null ? "" : $" in network namespace {networkNamespace}";

    private static Failure Wrong(string reason) => new(Step, $"cannot start the machine: {reason}");
}
