// Decides what is in the VRRP configuration of an amphora: config-rendering §10.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Keepalived;

/// <summary>Makes the model of keepalived.sbn.</summary>
internal static class VrrpViews
{
    private const int DefaultRouterId = 1;
    private const string DefaultRoute = "default";

    /// <summary>Null unless the load balancer is ACTIVE_STANDBY and the own amphora is ALLOCATED.</summary>
    public static VrrpView? Of(ViewContext context)
    {
        var own = context.Document.OwnAmphora;
        if (!context.IsActiveStandby || own.Status != AmphoraStatus.Allocated || context.Document.VrrpGroup is not { } group)
        {
            return null;
        }

        // V12: an ACTIVE_STANDBY document has these three.
        var source = own.VrrpIp ?? throw new InvalidOperationException("the own amphora has no vrrp_ip");
        var settings = context.Settings;
        var vips = Vips(context.LoadBalancer);
        return new VrrpView
        {
            CheckScript = $"{settings.BasePath}/vrrp/check_script.sh",
            CheckInterval = settings.VrrpCheckInterval,
            FailCount = settings.VrrpFailCount,
            SuccessCount = settings.VrrpSuccessCount,
            Name = group.VrrpGroupName,
            Interface = own.VrrpInterface ?? throw new InvalidOperationException("the own amphora has no vrrp_interface"),
            RouterId = own.VrrpId ?? DefaultRouterId,
            Priority = own.VrrpPriority ?? throw new InvalidOperationException("the own amphora has no vrrp_priority"),
            GarpRefreshInterval = settings.VrrpGarpRefreshInterval,
            GarpRefreshCount = settings.VrrpGarpRefreshCount,
            AdvertInt = group.AdvertInt,
            AuthType = source.IsV6() ? null : AuthType(group.VrrpAuthType),
            AuthPass = source.IsV6() ? null : group.VrrpAuthPass,
            SourceAddress = source.ToString(),
            Peers = OtherAddresses(context.Document).Select(address => address.ToString()).ToValueList(),
            Addresses = Texts(vips.Where(vip => vip.Address.IsV6() == source.IsV6())),
            ExcludedAddresses = Texts(vips.Where(vip => vip.Address.IsV6() != source.IsV6())),
            Routes = Routes(context.Document, vips),
            RuleSources = vips.Select(vip => vip.Address.AsHost()).ToValueList(),
            OwnPointer = OwnPointer(context.Document),
        };
    }

    /// <summary>Own addresses of the other amphorae that take part (K12, N4).</summary>
    public static IEnumerable<IPAddress> OtherAddresses(DesiredStateDocument document) =>
        from amphora in document.Amphorae
        where amphora.Id != document.AmphoraId && amphora.Status == AmphoraStatus.Allocated && amphora.VrrpIp is not null
        select amphora.VrrpIp;

    private static string AuthType(VrrpAuthType type) => type == VrrpAuthType.Ah ? "AH" : "PASS";

    // K13: the primary VIP, then the additional ones by their text.
    private static IReadOnlyList<Vip> Vips(LoadBalancer loadBalancer) =>
    [
        new Vip(loadBalancer.VipAddress, loadBalancer.VipSubnetId),
        .. loadBalancer.AdditionalVips.OrderBy(vip => vip.IpAddress.ToString(), StringComparer.Ordinal).Select(vip => new Vip(vip.IpAddress, vip.SubnetId)),
    ];

    private static ValueList<string> Texts(IEnumerable<Vip> vips) =>
        vips.Select(vip => vip.Address.ToString()).ToValueList();

    // K15; a route that two VIPs need is written once.
    private static ValueList<RouteView> Routes(DesiredStateDocument document, IReadOnlyList<Vip> vips)
    {
        var routes = new List<RouteView>();
        foreach (var (address, subnetId) in vips)
        {
            if (document.Subnets.FirstOrDefault(subnet => subnet.Id == subnetId) is not { } subnet)
            {
                continue;
            }

            routes.Add(new RouteView { Destination = subnet.Cidr.ToString(), Source = address.ToString() });
            if (subnet.GatewayIp is { } gateway)
            {
                routes.Add(new RouteView { Destination = DefaultRoute, Via = gateway.ToString() });
            }

            routes.AddRange(subnet.HostRoutes.Select(
                route => new RouteView { Destination = route.Destination.ToString(), Via = route.Nexthop.ToString() }));
        }

        return routes.Distinct().ToValueList();
    }

    private static string OwnPointer(DesiredStateDocument document)
    {
        var index = 0;
        while (document.Amphorae[index].Id != document.AmphoraId)
        {
            index++;
        }

        return $"/amphorae/{index}";
    }

    private sealed record Vip(IPAddress Address, Guid Subnet);
}
