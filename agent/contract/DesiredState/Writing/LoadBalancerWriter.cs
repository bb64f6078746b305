// Writes the load balancer, its VIPs and listeners.
using System.Text.Json;

namespace Amphora.Contract.DesiredState.Writing;

/// <summary>Writes <c>loadbalancer</c>.</summary>
internal static class LoadBalancerWriter
{
    internal static void Write(Utf8JsonWriter json, LoadBalancer loadBalancer)
    {
        json.WriteStartObject();
        json.Head(loadBalancer.Id, loadBalancer.Name, loadBalancer.AdminStateUp, loadBalancer.ProvisioningStatus);
        json.WriteString("project_id", loadBalancer.ProjectId);
        json.Address("vip_address", loadBalancer.VipAddress);
        json.WriteString("vip_subnet_id", loadBalancer.VipSubnetId);
        json.Id("vip_port_id", loadBalancer.VipPortId);
        json.Id("vip_network_id", loadBalancer.VipNetworkId);
        json.Text("vip_vnic_type", loadBalancer.VipVnicType.ToWire(), unless: VipVnicType.Normal.ToWire());
        json.Array("additional_vips", loadBalancer.AdditionalVips, WriteAdditionalVip);
        json.Array("listeners", loadBalancer.Listeners, WriteListener);
        json.Array("pools", loadBalancer.Pools, PoolWriter.Write);
        json.WriteEndObject();
    }

    private static void WriteAdditionalVip(Utf8JsonWriter json, AdditionalVip vip)
    {
        json.WriteStartObject();
        json.Address("ip_address", vip.IpAddress);
        json.WriteString("subnet_id", vip.SubnetId);
        json.Id("port_id", vip.PortId);
        json.WriteEndObject();
    }

    private static void WriteListener(Utf8JsonWriter json, Listener listener)
    {
        json.WriteStartObject();
        json.Head(listener.Id, listener.Name, listener.AdminStateUp, listener.ProvisioningStatus);
        json.WriteString("protocol", listener.Protocol.ToWire());
        json.WriteNumber("protocol_port", listener.ProtocolPort);
        json.Number("connection_limit", listener.ConnectionLimit);
        json.Id("default_pool_id", listener.DefaultPoolId);
        WriteTls(json, listener);
        WriteInsertHeaders(json, listener.InsertHeaders);
        json.Number("timeout_client_data", listener.TimeoutClientData);
        json.Number("timeout_member_connect", listener.TimeoutMemberConnect);
        json.Number("timeout_member_data", listener.TimeoutMemberData);
        json.Number("timeout_tcp_inspect", listener.TimeoutTcpInspect);
        json.Array("allowed_cidrs", listener.AllowedCidrs, (writer, cidr) => writer.WriteStringValue(cidr.ToString()));
        json.Array("l7policies", listener.L7Policies, L7Writer.WritePolicy);
        json.WriteEndObject();
    }

    private static void WriteTls(Utf8JsonWriter json, Listener listener)
    {
        json.Text("default_tls_container_ref", listener.DefaultTlsContainerRef);
        json.Array("sni_container_refs", listener.SniContainerRefs, (writer, reference) => writer.WriteStringValue(reference));
        json.Text("client_authentication", listener.ClientAuthentication.ToWire(), unless: ClientAuthentication.None.ToWire());
        json.Text("client_ca_tls_container_ref", listener.ClientCaTlsContainerRef);
        json.Text("client_crl_container_ref", listener.ClientCrlContainerRef);
        json.Text("tls_ciphers", listener.TlsCiphers);
        json.Words("tls_versions", listener.TlsVersions, WireNames.TlsVersions);
        json.Words("alpn_protocols", listener.AlpnProtocols, WireNames.AlpnProtocols);
        json.Number("hsts_max_age", listener.HstsMaxAge);
        json.Flag("hsts_include_subdomains", listener.HstsIncludeSubdomains);
        json.Flag("hsts_preload", listener.HstsPreload);
    }

    private static void WriteInsertHeaders(Utf8JsonWriter json, InsertHeaders headers)
    {
        if (headers == InsertHeaders.Nothing)
        {
            return;
        }

        json.WriteStartObject("insert_headers");
        foreach (var (header, name) in WireNames.InsertHeaders.Entries)
        {
            json.Text(name, headers.HasFlag(header) ? "true" : null);
        }

        json.WriteEndObject();
    }
}
