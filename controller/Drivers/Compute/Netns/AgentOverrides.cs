// Pure: what the agent of this host's amphorae is told beside the config drive.
using System.Globalization;
using System.Net;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>Renders the file that stands behind the drive's own.</summary>
internal static class AgentOverrides
{
    /// <summary>What is another thing here than in a machine of its own: read behind the drive's files, and never replaced by what a controller sends.</summary>
    /// <param name="root">Where the amphora's paths begin.</param>
    /// <param name="basePath">base_path, short.</param>
    /// <param name="address">The management address.</param>
    /// <param name="haproxyNamespace">The name for the namespace of HAProxy.</param>
    /// <param name="options">How much memory counts.</param>
    public static string Render(string root, string basePath, IPAddress address, string haproxyNamespace, NetnsComputeOptions options) => string.Create(CultureInfo.InvariantCulture, $"""
        [DEFAULT]
        use_syslog = False
        [haproxy_amphora]
        base_path = {basePath}
        base_cert_dir = {basePath}/certs
        bind_host = {address}
        bind_port = {AmphoraAddress.DefaultPort}
        memory_limit = {options.MemoryLimit}
        [amphora_agent]
        agent_server_ca = {root}/etc/octavia/certs/client_ca.pem
        agent_server_cert = {root}/etc/octavia/certs/server.pem
        agent_server_network_dir = {root}/etc/octavia/interfaces
        network_namespace = {haproxyNamespace}
        service_manager = child-processes
        unit_directory = {root}/units

        """);
}
