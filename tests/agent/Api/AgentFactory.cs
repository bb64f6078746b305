// The agent inside the test process: its own pipeline and slices, the test host instead of Kestrel.
using Amphora.Linux.Namespaces;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Amphora.Agent.Tests.Api;

/// <summary>An agent with directories, namespace and unit names of its own; nothing of it is left afterwards.</summary>
public sealed class AgentFactory : WebApplicationFactory<Program>
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("amphora-agent-");

    /// <summary>Its base_cert_dir.</summary>
    public string CertificateFolder => Path.Combine(BasePath, "certs");

    /// <summary>Its base_path.</summary>
    public string BasePath => Path.Combine(_directory.FullName, "octavia");

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        var file = Path.Combine(_directory.FullName, "amphora-agent.conf");
        using var certificates = new Fixtures.Agents.Certificates();
        var (certificate, authority) = (Path.Combine(_directory.FullName, "server.pem"), Path.Combine(_directory.FullName, "client_ca.pem"));
        File.WriteAllText(certificate, certificates.ServerPem("agent"));
        File.WriteAllText(authority, certificates.AuthorityPem);
        File.WriteAllText(file, $"""
            [haproxy_amphora]
            base_path = {BasePath}
            base_cert_dir = {BasePath}/certs
            bind_host = 127.0.0.1
            bind_port = 0
            memory_limit = 64
            [amphora_agent]
            agent_server_cert = {certificate}
            agent_server_ca = {authority}
            agent_server_network_dir = {_directory.FullName}/interfaces
            network_namespace = amphora-{_directory.Name[^6..]}
            service_manager = child-processes
            port_wait = 1
            """);
        builder.UseSetting("config-file", file);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            NetworkNamespace.Delete($"amphora-{_directory.Name[^6..]}");
            _directory.Delete(recursive: true);
        }
    }
}
