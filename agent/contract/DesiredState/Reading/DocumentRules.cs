// The rules across objects, V1–V7 and V9–V11 of desired-state.md §4; V8, V14 and V15 stand where their fields are read.
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Judges what the readers noted. Every rule is linear in the document.</summary>
internal sealed class DocumentRules(DocumentFacts facts, FaultCollector faults)
{
    private readonly Dictionary<Guid, PoolFacts> _pools = [];

    internal void Check()
    {
        foreach (var pool in facts.Pools)
        {
            if (pool.Id is { } id)
            {
                _pools.TryAdd(id, pool);
            }
        }

        CheckIds();
        CheckVips();
        CheckPorts();
        CheckTlsReferences();
        foreach (var listener in facts.Listeners)
        {
            CheckPoolReferences(listener);
            CheckPositions(listener);
            CheckAllowedCidrs(listener);
        }

        CheckMemberFamilies();
        foreach (var pool in facts.Pools)
        {
            CheckMemberAddresses(pool);
        }
    }

    // V1, all ids but those of amphorae.
    private void CheckIds()
    {
        var first = new Dictionary<Guid, Place>(facts.Ids.Count);
        foreach (var (id, place) in facts.Ids)
        {
            if (!first.TryAdd(id, place))
            {
                faults.Add(place, "V1", $"id is {id}, which {faults.Pointer(first[id])} has already; every id has to occur once");
            }
        }
    }

    // V10.
    private void CheckVips()
    {
        var seen = new HashSet<IPAddress>();
        foreach (var vip in facts.Vips)
        {
            if (vip.Address is { } address && !seen.Add(address))
            {
                faults.Add(vip.AddressPlace, "V10", $"{vip.AddressPlace.Title} is {address}; it has to be different from the other VIPs");
            }
        }
    }

    // V3.
    private void CheckPorts()
    {
        var seen = new HashSet<(string, int)>();
        foreach (var listener in facts.Listeners)
        {
            if (listener.Protocol is not { } protocol || listener.Port is not { } port)
            {
                continue;
            }

            var transport = protocol switch { ListenerProtocol.Udp => "UDP", ListenerProtocol.Sctp => "SCTP", _ => "TCP" };
            if (!seen.Add((transport, port)))
            {
                faults.Add(listener.PortPlace, "V3",
                    $"protocol_port is {port}; it has to be different from that of the other listeners on {transport}");
            }
        }
    }

    // V2 and V4.
    private void CheckPoolReferences(ListenerFacts listener)
    {
        if (listener.DefaultPool is { } defaultPool)
        {
            CheckPool(listener, defaultPool, listener.DefaultPoolPlace);
        }

        foreach (var (pool, place) in listener.RedirectPools)
        {
            CheckPool(listener, pool, place);
        }
    }

    private void CheckPool(ListenerFacts listener, Guid id, Place place)
    {
        if (!_pools.TryGetValue(id, out var pool))
        {
            if (facts.PoolsKnown)
            {
                faults.Add(place, "V2", $"{place.Title} is {id}; it has to be the id of a pool of the document");
            }
        }
        else if (listener.Protocol is { } protocol && pool.Protocol is { } poolProtocol && !Fits(protocol, poolProtocol))
        {
            faults.Add(place, "V4", $"{place.Title} names a pool of protocol {poolProtocol.ToWire()}; "
                + $"it has to name one that fits protocol {protocol.ToWire()} of the listener");
        }
    }

    // config-rendering section 15, listener → pool protocol.
    private static bool Fits(ListenerProtocol listener, PoolProtocol pool) => listener switch
    {
        ListenerProtocol.Tcp => pool is not (PoolProtocol.Udp or PoolProtocol.Sctp),
        ListenerProtocol.Http or ListenerProtocol.TerminatedHttps => pool is PoolProtocol.Http or PoolProtocol.Proxy or PoolProtocol.ProxyV2,
        ListenerProtocol.Https => pool is PoolProtocol.Https or PoolProtocol.Proxy or PoolProtocol.ProxyV2 or PoolProtocol.Tcp,
        ListenerProtocol.Udp => pool is PoolProtocol.Udp,
        ListenerProtocol.Sctp => pool is PoolProtocol.Sctp,
        _ => false,
    };

    // V5, as far as the document tells; that the file is there with its digest is for the agent to check.
    private void CheckTlsReferences()
    {
        if (!facts.TlsFilesKnown)
        {
            return;
        }

        var entries = new Dictionary<(string, TlsFileKind), int>(facts.TlsFiles.Count);
        foreach (var file in facts.TlsFiles)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(entries, file, out _)++;
        }

        foreach (var (reference, kind, place) in facts.TlsReferences)
        {
            var count = entries.GetValueOrDefault((reference, kind));
            if (count != 1)
            {
                faults.Add(place, "V5", $"{place.Title} is {Quoted.Text(reference)}, for which tls_files has {count} entries of kind "
                    + $"{kind.ToWire()}; there has to be exactly one");
            }
        }
    }

    // V6.
    private void CheckMemberFamilies()
    {
        var judged = new HashSet<Guid>();
        foreach (var listener in facts.Listeners)
        {
            if (listener.Protocol is not (ListenerProtocol.Udp or ListenerProtocol.Sctp) || listener.DefaultPool is not { } id
                || !_pools.TryGetValue(id, out var pool) || !judged.Add(id))
            {
                continue;
            }

            foreach (var member in pool.Members)
            {
                if (member.Address is { } address && !HasVipOf(address.AddressFamily))
                {
                    faults.Add(member.AddressPlace, "V6",
                        $"address is {address}; in a pool of a {listener.Protocol.Value.ToWire()} listener it has to be of the family of a VIP");
                }
            }
        }
    }

    // V7.
    private void CheckMemberAddresses(PoolFacts pool)
    {
        var seen = new HashSet<(IPAddress, int)>(pool.Members.Count);
        foreach (var member in pool.Members)
        {
            if (member is { Address: { } address, Port: { } port } && !seen.Add((address, port)))
            {
                faults.Add(member.AddressPlace, "V7",
                    $"address is {address} with protocol_port {port}; the two together have to occur once in a pool");
            }
        }
    }

    // V9.
    private void CheckPositions(ListenerFacts listener)
    {
        var seen = new HashSet<int>();
        foreach (var (position, place) in listener.Positions)
        {
            if (!seen.Add(position))
            {
                faults.Add(place, "V9", $"position is {position}; it has to be different from that of the listener's other policies");
            }
        }
    }

    // V11.
    private void CheckAllowedCidrs(ListenerFacts listener)
    {
        foreach (var (cidr, place) in listener.AllowedCidrs)
        {
            if (!HasVipOf(cidr.Family))
            {
                faults.Add(place, "V11", $"{place.Title} is {cidr}; it has to be of the family of a VIP");
            }
        }
    }

    private bool HasVipOf(AddressFamily family)
    {
        if (!facts.VipsKnown)
        {
            return true;
        }

        foreach (var vip in facts.Vips)
        {
            // A VIP that could not be read may be of either family.
            if (vip.Address is null || vip.Address.AddressFamily == family)
            {
                return true;
            }
        }

        return facts.Vips.Count == 0;
    }
}
