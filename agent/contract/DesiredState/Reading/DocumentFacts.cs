// What the rules across objects look at, noted while the document is read; null is what is absent or malformed.
using System.Net;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Facts of the whole document. A rule that would need a malformed part is not judged.</summary>
internal sealed class DocumentFacts
{
    /// <summary>Ids of load balancer, listeners, policies, rules, pools, members and monitors.</summary>
    internal List<(Guid Id, Place Place)> Ids { get; } = [];

    internal List<VipFacts> Vips { get; } = [];

    /// <summary>False when additional VIPs could not be read.</summary>
    internal bool VipsKnown { get; set; } = true;

    internal List<ListenerFacts> Listeners { get; } = [];

    internal List<PoolFacts> Pools { get; } = [];

    /// <summary>False when a pool's id could not be read, or the pools not at all.</summary>
    internal bool PoolsKnown { get; set; } = true;

    internal List<AmphoraFacts> Amphorae { get; } = [];

    internal bool AmphoraeKnown { get; set; } = true;

    internal List<SubnetFacts> Subnets { get; } = [];

    internal bool SubnetsKnown { get; set; } = true;

    internal List<(string Ref, TlsFileKind Kind)> TlsFiles { get; } = [];

    internal bool TlsFilesKnown { get; set; } = true;

    internal List<TlsReference> TlsReferences { get; } = [];
}

internal readonly record struct VipFacts(IPAddress? Address, Place AddressPlace, Guid? SubnetId, Place SubnetPlace);

internal sealed record ListenerFacts
{
    internal ListenerProtocol? Protocol { get; init; }

    internal int? Port { get; init; }

    internal Place PortPlace { get; init; }

    internal Guid? DefaultPool { get; init; }

    internal Place DefaultPoolPlace { get; init; }

    internal List<(Cidr Cidr, Place Place)> AllowedCidrs { get; } = [];

    internal List<(Guid Pool, Place Place)> RedirectPools { get; } = [];

    internal List<(int Position, Place Place)> Positions { get; } = [];
}

internal sealed record PoolFacts
{
    internal Guid? Id { get; init; }

    internal PoolProtocol? Protocol { get; init; }

    internal List<MemberFacts> Members { get; } = [];
}

internal readonly record struct MemberFacts(IPAddress? Address, int? Port, Place AddressPlace);

internal sealed record AmphoraFacts
{
    internal Guid? Id { get; init; }

    internal Place IdPlace { get; init; }

    internal bool IsAllocated { get; init; }

    internal JsonValue VrrpIp { get; init; }

    internal JsonValue VrrpInterface { get; init; }

    internal JsonValue VrrpPriority { get; init; }
}

internal sealed record SubnetFacts
{
    internal Guid? Id { get; init; }

    internal Cidr? Cidr { get; init; }

    internal Place CidrPlace { get; init; }

    /// <summary>Gateway, destinations and next hops.</summary>
    internal List<(IPAddress Address, Place Place)> Addresses { get; } = [];
}

/// <summary>A key manager reference of a listener or pool.</summary>
internal readonly record struct TlsReference(string Ref, TlsFileKind Kind, Place Place);
