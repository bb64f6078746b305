// Gets a port's link into the namespace under its name, and back out.
using System.Globalization;
using System.Net.NetworkInformation;
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Agent.Network;

/// <summary>A link in the namespace and where it came from.</summary>
/// <param name="Link">The link, inside.</param>
/// <param name="Origin">The link as it was in the root namespace; null when it was inside already.</param>
internal sealed record Placement(Link Link, Link? Origin);

/// <summary>Finds links by MAC address and moves them between the namespaces.</summary>
internal sealed class PortPlacement(NetworkOptions options, NamespaceSetup setup)
{
    private const int FirstMemberNumber = 2;

    /// <summary>Makes the namespace ready and moves the link in, unless it is there; waits for one that is still to be plugged.</summary>
    /// <param name="mac">Its MAC address.</param>
    /// <param name="isVip">VIP ports are eth1 when that is free.</param>
    /// <param name="recorded">Names given to ports earlier.</param>
    /// <param name="limit">How long to wait; zero only looks, after the kernel was asked to look for new cards.</param>
    /// <param name="cancellationToken">Ends the waiting; what has been moved is not looked at any more.</param>
    public async Task<Outcome<Placement>> PlaceAsync(
        PhysicalAddress mac, bool isVip, IReadOnlyList<PluggedInterface> recorded, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (setup.Ensure() is { } unready)
        {
            return unready;
        }

        var step = $"plug the interface with MAC address {mac.ToText()}";
        try
        {
            return await PlaceAsync(step, mac, isVip, recorded, limit, cancellationToken);
        }
        catch (LinuxException exception)
        {
            return NetworkFailure.From(exception, step);
        }
    }

    /// <summary>Moves a link out again: under its earlier name when that is known, else its present one, else the kernel's next ethN.</summary>
    public Failure? MoveBack(Link link, Link? origin)
    {
        try
        {
            using var inside = RouteNetlink.Open(options.Namespace);
            using var root = RouteNetlink.Open(options.RootNamespace);
            using var target = OpenRoot();
            var name = new[] { origin?.Name, link.Name }.FirstOrDefault(name => name is not null && root.FindLink(name) is null) ?? "eth%d";
            inside.MoveLink(link, target, name);
            if (origin is { IsUp: true } && root.FindLink(link.Address) is { } moved)
            {
                root.SetUp(moved, up: true);
            }

            return null;
        }
        catch (LinuxException exception)
        {
            return NetworkFailure.From(exception, $"move {link.Name} back out of {options.Namespace}");
        }
    }

    private async Task<Outcome<Placement>> PlaceAsync(
        string step, PhysicalAddress mac, bool isVip, IReadOnlyList<PluggedInterface> recorded, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var inside = RouteNetlink.Open(options.Namespace);
        if (inside.FindLink(mac) is { } plugged)
        {
            return new Placement(plugged, Origin: null);
        }

        using var root = RouteNetlink.Open(options.RootNamespace);
        if (root.FindLink(mac) is null)
        {
            RescanPci();
        }

        if (await LinkWatch.WaitForLinkAsync(options.RootNamespace, mac, limit, cancellationToken) is not { } origin)
        {
            var missing = limit > TimeSpan.Zero ? $"appeared within {limit.TotalSeconds} s" : "is there";
            return new Failure(step, $"cannot plug {mac.ToText()}: no interface with this MAC address {missing}")
            {
                Kind = limit > TimeSpan.Zero ? FailureKind.TimedOut : FailureKind.NotFound,
                Tool = NetworkFailure.Tool,
            };
        }

        using var target = NetworkNamespace.Open(options.Namespace);
        root.MoveLink(origin, target, NameFor(mac, isVip, recorded, inside, root));
        return inside.FindLink(mac) is { } moved
            ? new Placement(moved, origin)
            : new Failure(step, $"cannot plug {mac.ToText()}: the interface vanished while it was moved") { Tool = NetworkFailure.Tool };
    }

    // A name is free when no link inside has it and no other port that is still there was given it: eth1 of a port that is gone
    // belongs to the next VIP port, as VRRP is configured for eth1.
    private static string NameFor(
        PhysicalAddress mac, bool isVip, IReadOnlyList<PluggedInterface> recorded, RouteNetlink inside, RouteNetlink root)
    {
        var taken = inside.ReadLinks().Select(link => link.Name).ToHashSet(StringComparer.Ordinal);
        var present = root.ReadLinks().Select(link => link.Address).ToHashSet();
        taken.UnionWith(recorded.Where(entry => !entry.Mac.Equals(mac) && present.Contains(entry.Mac)).Select(entry => entry.Name));
        if (recorded.FirstOrDefault(entry => entry.Mac.Equals(mac)) is { } own && !taken.Contains(own.Name))
        {
            return own.Name;
        }

        if (isVip && !taken.Contains("eth1"))
        {
            return "eth1";
        }

        var number = FirstMemberNumber;
        while (taken.Contains(Name(number)))
        {
            number++;
        }

        return Name(number);

        static string Name(int number) => "eth" + number.ToString(CultureInfo.InvariantCulture);
    }

    private SafeFileHandle OpenRoot() =>
        options.RootNamespace is null ? NetworkNamespace.OpenCurrent() : NetworkNamespace.Open(options.RootNamespace);

    private void RescanPci()
    {
        try
        {
            if (options.PciRescanFile is not null && File.Exists(options.PciRescanFile))
            {
                File.WriteAllText(options.PciRescanFile, "1");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Only a hint to the kernel: without it hot-plugging works where ACPI announces the card.
        }
    }
}
