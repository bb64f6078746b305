// What the networks of this host are told.
using System.Net;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Options of the driver.</summary>
internal sealed record NetnsNetworkOptions
{
    /// <summary>Where everything is remembered, for all drivers of this host together; networks are below <c>network</c>.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The range a management network is taken from, so that several states have different ones; RFC 6598's addresses are nobody's
    /// private network.</summary>
    public Cidr ManagementRange { get; init; } = new(IPAddress.Parse("100.64.0.0"), 10);

    /// <summary>How large a management network is: a /22 has room for 1,021 amphorae.</summary>
    public int ManagementPrefixLength { get; init; } = 22;

    /// <summary>The ready-made network's subnet <c>demo</c>.</summary>
    public Cidr DemoCidr { get; init; } = new(IPAddress.Parse("10.66.0.0"), 24);

    /// <summary>The ready-made network's subnet <c>demo-ipv6</c>.</summary>
    public Cidr DemoCidrIPv6 { get; init; } = new(IPAddress.Parse("fd66::"), 64);

    /// <summary>Names of this host's file systems and processes that no state shares.</summary>
    public string RuntimeDirectory { get; init; } = "/run/amphora";

    /// <summary>How long another controller of this host may keep the networks locked.</summary>
    public TimeSpan LockLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one run of nft may take.</summary>
    public TimeSpan FilterLimit { get; init; } = TimeSpan.FromSeconds(20);
}
