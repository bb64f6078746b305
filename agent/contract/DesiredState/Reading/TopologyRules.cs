// The rules about amphorae and their subnets: V1 for amphorae, V12, V13.
using System.Net.Sockets;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Judges what VRRP needs.</summary>
internal sealed class TopologyRules(DocumentFacts facts, FaultCollector faults)
{
    internal void Check(Guid? amphoraId, Place amphoraPlace, Topology? topology)
    {
        var own = CheckAmphorae(amphoraId, amphoraPlace);
        if (topology != Topology.ActiveStandby)
        {
            return;
        }

        foreach (var amphora in facts.Amphorae)
        {
            if (amphora.IsAllocated)
            {
                Need(amphora.VrrpIp, "for an ALLOCATED amphora");
            }
        }

        if (own is not null)
        {
            Need(own.VrrpInterface, "for the amphora of amphora_id");
            Need(own.VrrpPriority, "for the amphora of amphora_id");
        }

        CheckSubnets();
    }

    // V12: required by the topology.
    private void Need(JsonValue field, string because)
    {
        if (!field.IsPresent)
        {
            faults.Add(field.Place, "V12", $"{field.Place.Title} is missing; it has to be given {because} with topology ACTIVE_STANDBY");
        }
    }

    // V1 among amphorae, and V12: amphora_id is one of them.
    private AmphoraFacts? CheckAmphorae(Guid? amphoraId, Place amphoraPlace)
    {
        AmphoraFacts? own = null;
        var seen = new HashSet<Guid>();
        foreach (var amphora in facts.Amphorae)
        {
            if (amphora.Id is { } id && !seen.Add(id))
            {
                faults.Add(amphora.IdPlace, "V1", $"id is {id}; it has to be different from that of the other amphorae");
            }

            if (amphora.Id is not null && amphora.Id == amphoraId)
            {
                own ??= amphora;
            }
        }

        if (own is null && amphoraId is { } missing && facts.AmphoraeKnown)
        {
            faults.Add(amphoraPlace, "V12", $"amphora_id is {missing}; it has to be the id of an entry of amphorae");
        }

        return own;
    }

    // V13.
    private void CheckSubnets()
    {
        var subnets = new Dictionary<Guid, SubnetFacts>();
        foreach (var subnet in facts.Subnets)
        {
            if (subnet.Id is { } id)
            {
                subnets.TryAdd(id, subnet);
            }
        }

        var judged = new HashSet<(Guid, AddressFamily)>();
        foreach (var vip in facts.Vips)
        {
            if (vip.SubnetId is not { } id)
            {
                continue;
            }

            if (!subnets.TryGetValue(id, out var subnet))
            {
                if (facts.SubnetsKnown)
                {
                    faults.Add(vip.SubnetPlace, "V13",
                        $"{vip.SubnetPlace.Title} is {id}; it has to be the id of an entry of subnets with topology ACTIVE_STANDBY");
                }
            }
            else if (vip.Address is { } address && judged.Add((id, address.AddressFamily)))
            {
                CheckSubnet(subnet, address.AddressFamily);
            }
        }
    }

    private void CheckSubnet(SubnetFacts subnet, AddressFamily family)
    {
        if (subnet.Cidr is { } cidr)
        {
            if (cidr.HasHostBits)
            {
                faults.Add(subnet.CidrPlace, "V13", $"cidr is {cidr}; it has to be without bits behind the prefix, as the subnet of a VIP");
            }

            CheckFamily(cidr.Family, family, subnet.CidrPlace, $"{cidr}");
        }

        foreach (var (address, place) in subnet.Addresses)
        {
            CheckFamily(address.AddressFamily, family, place, $"{address}");
        }
    }

    private void CheckFamily(AddressFamily family, AddressFamily wanted, Place place, string shown)
    {
        if (family != wanted)
        {
            var name = wanted == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
            faults.Add(place, "V13", $"{place.Title} is {shown}; it has to be of the family of the VIP, {name}");
        }
    }
}
