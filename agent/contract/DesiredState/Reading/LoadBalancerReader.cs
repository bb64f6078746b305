// The load balancer object: VIPs, listeners, pools.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads <c>loadbalancer</c>.</summary>
internal static class LoadBalancerReader
{
    internal static LoadBalancer? Read(JsonValue value, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            facts.PoolsKnown = false;
            return null;
        }

        var head = ObjectHead.Read(json, facts);
        var projectId = json.Required("project_id").Text(DocumentText.ProjectId);
        var vip = ReadVip(json, "vip_address", "vip_subnet_id", facts);
        var portId = json.Optional("vip_port_id").Uuid();
        var networkId = json.Optional("vip_network_id").Uuid();
        var vnicType = json.Optional("vip_vnic_type").Word(WireNames.VipVnicTypes);
        var additional = ReadAdditionalVips(json.Optional("additional_vips"), facts);

        var listeners = ReadListeners(json.Optional("listeners"), facts);
        var pools = ReadPools(json.Optional("pools"), facts);
        json.Close();

        return !json.Faults.None ? null : new LoadBalancer
        {
            Id = head.Id!.Value,
            Name = head.Name,
            ProjectId = projectId!,
            AdminStateUp = head.AdminStateUp,
            ProvisioningStatus = head.ProvisioningStatus,
            VipAddress = vip.Address!,
            VipSubnetId = vip.SubnetId!.Value,
            VipPortId = portId,
            VipNetworkId = networkId,
            VipVnicType = vnicType ?? VipVnicType.Normal,
            AdditionalVips = additional,
            Listeners = listeners,
            Pools = pools,
        };
    }

    private static ValueList<Listener> ReadListeners(JsonValue field, DocumentFacts facts)
    {
        var listeners = new List<Listener>();
        foreach (var item in field.Array())
        {
            if (ListenerReader.Read(item, facts) is { } listener)
            {
                listeners.Add(listener);
            }
        }

        return listeners.ToValueList();
    }

    private static VipFacts ReadVip(JsonObject json, string addressName, string subnetName, DocumentFacts facts)
    {
        JsonValue address = json.Required(addressName), subnet = json.Required(subnetName);
        var vip = new VipFacts(address.Address(), address.Place, subnet.Uuid(), subnet.Place);
        facts.Vips.Add(vip);
        return vip;
    }

    private static ValueList<AdditionalVip> ReadAdditionalVips(JsonValue field, DocumentFacts facts)
    {
        var vips = new List<AdditionalVip>();
        facts.VipsKnown &= field.IsArrayOrAbsent;
        foreach (var item in field.Array())
        {
            if (item.Object() is not { } json)
            {
                facts.VipsKnown = false;
                continue;
            }

            var vip = ReadVip(json, "ip_address", "subnet_id", facts);
            var portId = json.Optional("port_id").Uuid();
            json.Close();
            if (json.Faults.None)
            {
                vips.Add(new AdditionalVip { IpAddress = vip.Address!, SubnetId = vip.SubnetId!.Value, PortId = portId });
            }
        }

        return vips.ToValueList();
    }

    private static ValueList<Pool> ReadPools(JsonValue field, DocumentFacts facts)
    {
        var pools = new List<Pool>();
        facts.PoolsKnown &= field.IsArrayOrAbsent;
        foreach (var item in field.Array())
        {
            if (PoolReader.Read(item, facts) is { } pool)
            {
                pools.Add(pool);
            }
        }

        return pools.ToValueList();
    }
}
