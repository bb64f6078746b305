// Says to the neighbours which addresses the ports have.
using System.Net;
using Amphora.Contract;
using Amphora.Linux.Announcements;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.Network;

/// <summary>Gratuitous ARP and unsolicited neighbour advertisements from inside the namespace.</summary>
internal static class PortAnnouncement
{
    /// <summary>One frame for each address, on the interface that has it; addresses nobody has here (a BACKUP's VIP) are passed over.</summary>
    public static async Task<Failure?> SendAsync(string networkNamespace, IEnumerable<IPAddress> addresses, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = addresses.ToHashSet();
            using var netlink = RouteNetlink.Open(networkNamespace);
            var found = netlink.ReadAddresses().Where(address => wanted.Contains(address.Address)).ToList();
            foreach (var link in netlink.ReadLinks())
            {
                var here = found.FindAll(address => address.LinkIndex == link.Index);
                if (here.Count > 0)
                {
                    await AddressAnnouncer.SendAsync(networkNamespace, link, here.Select(address => address.Address), cancellationToken);
                }
            }

            return null;
        }
        catch (LinuxException exception)
        {
            return NetworkFailure.From(exception, "announce addresses", "packet socket");
        }
    }
}
