// Does what a plan says, and looks again until there is nothing left to do.
using System.ComponentModel;
using System.Diagnostics;
using Amphora.Agent.Actions;
using Amphora.Agent.Network.Dhcp;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network;

/// <summary>Brings one interface to its wanted state.</summary>
internal sealed class NetworkExecutor(NetworkOptions options, NetworkReader reader, VipFirewall firewall)
{
    // Deleting an IPv4 address takes others and routes with it, so that the state after the steps of a plan may ask for more.
    private const int MaxRounds = 4;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads, plans and executes until running is as wanted. Nothing stops it half way but a failure or a limit.</summary>
    /// <param name="netlink">A connection inside the namespace.</param>
    /// <param name="link">The interface.</param>
    /// <param name="wanted">What it shall have.</param>
    /// <param name="taken">What was done is added here.</param>
    /// <returns>The first failure; what was done before it stays done.</returns>
    public async Task<Failure?> ConvergeAsync(RouteNetlink netlink, Link link, InterfaceWanted wanted, List<ActionTaken> taken)
    {
        var failures = await ConvergeAsync(netlink, link, wanted, taken, keepGoing: false);
        return failures.Count == 0 ? null : failures[0];
    }

    /// <summary>As <see cref="ConvergeAsync(RouteNetlink, Link, InterfaceWanted, List{ActionTaken})"/>, but goes on after a failure
    /// when <paramref name="keepGoing"/> says so: at start, as much of an interface as possible is better than none.</summary>
    public async Task<ValueList<Failure>> ConvergeAsync(
        RouteNetlink netlink, Link link, InterfaceWanted wanted, List<ActionTaken> taken, bool keepGoing)
    {
        var run = new Run([], taken, WaitForDhcp: !keepGoing);
        List<Failure> failures = [];
        for (var round = 1; round <= MaxRounds; round++)
        {
            var running = reader.Read(netlink, netlink.FindLink(link.Address) ?? link);
            var steps = NetworkPlanner.Plan(running, wanted).Steps.Where(step => !run.Settled.Contains(step)).ToList();
            if (steps.Count == 0)
            {
                return failures.ToValueList();
            }

            foreach (var step in steps)
            {
                if (await DoAsync(netlink, running.Link, step, run) is not { } failure)
                {
                    continue;
                }

                failures.Add(failure);
                run.Settled.Add(step);
                if (!keepGoing)
                {
                    return failures.ToValueList();
                }
            }
        }

        var rest = NetworkPlanner.Plan(reader.Read(netlink, link), wanted).Steps.Where(step => !run.Settled.Contains(step)).ToValueList();
        if (rest.Count > 0)
        {
            failures.Add(new Failure(
                $"configure {link.Name}", $"cannot configure {link.Name}: after {MaxRounds} rounds there is still to do: {new NetworkPlan(rest)}"));
        }

        return failures.ToValueList();
    }

    /// <summary>Does every step, also after one failed; for taking an interface down.</summary>
    public async Task<ValueList<Failure>> ExecuteAsync(RouteNetlink netlink, Link link, NetworkPlan plan, List<ActionTaken> taken)
    {
        var run = new Run([], taken, WaitForDhcp: false);
        List<Failure> failures = [];
        foreach (var step in plan.Steps)
        {
            if (await DoAsync(netlink, link, step, run) is { } failure)
            {
                failures.Add(failure);
            }
        }

        return failures.ToValueList();
    }

    /// <summary>NAT for exactly these interfaces; after an SR-IOV port went and none is left, no packet filter.</summary>
    public async Task<Failure?> FilterAsync(IReadOnlyList<InterfaceFile> files, bool wasFirewalled) =>
        await Masquerade.ApplyAsync(options, files)
            ?? (wasFirewalled && !files.Any(file => file.IsSriov == true) ? await firewall.RemoveAsync() : null);

    private async Task<Failure?> DoAsync(RouteNetlink netlink, Link link, NetworkStep step, Run run)
    {
        var clock = Stopwatch.StartNew();
        Failure? failure;
        try
        {
            // Another route to the destination is in the table: as in Octavia's agent that is enough, and no action was taken.
            if (step is AddRoute add && !await AddRouteAsync(netlink, link, add.Route))
            {
                run.Settled.Add(step);
                return null;
            }

            failure = await TakeAsync(netlink, link, step, run);
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            failure = NetworkFailure.From(exception, $"{step.Action} {step.Target} on {link.Name}");
        }

        if (failure is not null)
        {
            return failure with { Duration = clock.Elapsed };
        }

        run.Taken.Add(new ActionTaken(step.Action, $"{link.Name}: {step.Target}", clock.Elapsed.TotalMilliseconds));
        return null;
    }

    private async Task<Failure?> TakeAsync(RouteNetlink netlink, Link link, NetworkStep step, Run run)
    {
        switch (step)
        {
            case AddRoute:
                return null;
            case LoadFirewall:
                run.Settled.Add(step);
                return await firewall.EnsureAsync();
            case WaitForAddresses:
                return await WaitForAddressesAsync(netlink, link);
            case RunDhcp:
                run.Settled.Add(step);
                return await DhcpClient.StartAsync(options, link.Name, run.WaitForDhcp);
            case StopDhcp:
                return await DhcpClient.StopAsync(options, link.Name);
            default:
                Do(netlink, link, step);
                return null;
        }
    }

    private void Do(RouteNetlink netlink, Link link, NetworkStep step)
    {
        switch (step)
        {
            case SetMtu set:
                netlink.SetMtu(link, set.Mtu);
                break;
            case SetUp set:
                netlink.SetUp(link, set.Up);
                break;
            case AcceptRouterAdvertisements:
                Sysctl.Write(options.Entered, Sysctl.AcceptRouterAdvertisements(link.Name), "2");
                Sysctl.Write(options.Entered, Sysctl.Autoconf(link.Name), "1");
                break;
            case IgnoreRouterAdvertisements:
                // 1: not while forwarding, as NamespaceSetup has it.
                Sysctl.Write(options.Entered, Sysctl.AcceptRouterAdvertisements(link.Name), "1");
                break;
            case AddAddress add:
                netlink.AddAddress(add.Address with { LinkIndex = link.Index });
                break;
            case DeleteAddress delete:
                netlink.DeleteAddress(delete.Address with { LinkIndex = link.Index });
                break;
            case DeleteRoute delete:
                netlink.DeleteRoute(delete.Route with { LinkIndex = link.Index });
                break;
            case AddRule add:
                netlink.AddRule(add.Rule);
                break;
            case DeleteRule delete:
                netlink.DeleteRule(delete.Rule);
                break;
            default:
                throw new InvalidEnumArgumentException($"no way to do {step}");
        }
    }

    // False: there is a route already. EINVAL may mean that the preferred source is still tentative.
    private async Task<bool> AddRouteAsync(RouteNetlink netlink, Link link, Route route)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return netlink.AddRoute(route with { LinkIndex = link.Index });
            }
            catch (NetlinkException exception) when (exception.Errno == NetworkFailure.InvalidArgument
                && clock.Elapsed < options.Timeouts.DuplicateDetection && netlink.ReadAddresses(link).Any(address => address.IsTentative))
            {
                await Task.Delay(s_pause);
            }
        }
    }

    private async Task<Failure?> WaitForAddressesAsync(RouteNetlink netlink, Link link)
    {
        var step = $"wait for duplicate address detection on {link.Name}";
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var addresses = netlink.ReadAddresses(link).Where(NetworkPlanner.IsOurs).ToList();
            if (addresses.FirstOrDefault(address => address.IsDuplicate) is { } duplicate)
            {
                return new Failure(step, $"cannot use {duplicate} on {link.Name}: another host on the network has this address")
                {
                    Kind = FailureKind.Conflict,
                    Tool = NetworkFailure.Tool,
                };
            }

            var tentative = addresses.Where(address => address.IsTentative).ToList();
            if (tentative.Count == 0)
            {
                return null;
            }

            if (clock.Elapsed >= options.Timeouts.DuplicateDetection)
            {
                return new Failure(
                    step,
                    $"cannot use {string.Join(", ", tentative)} on {link.Name}: duplicate address detection did not end within " +
                    $"{options.Timeouts.DuplicateDetection.TotalSeconds} s; is there a carrier?")
                {
                    Kind = FailureKind.TimedOut,
                    Tool = NetworkFailure.Tool,
                };
            }

            await Task.Delay(s_pause);
        }
    }

    /// <summary>What the steps of one call share.</summary>
    /// <param name="Settled">Steps that are not looked at again, done or not.</param>
    /// <param name="Taken">What was done.</param>
    /// <param name="WaitForDhcp">False: an address may come later; at start, ports must not wait for a server each.</param>
    private sealed record Run(HashSet<NetworkStep> Settled, List<ActionTaken> Taken, bool WaitForDhcp);
}
