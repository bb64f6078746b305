// config-rendering.md T1–T3: crt-lists and certificate files.
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class FileRows
{
    private const string Certificates = "/var/lib/octavia/certs/4f064981-033d-5ce2-8147-bef15afffe4d";

    [Fact]
    public void T1_the_default_certificate_is_first()
    {
        var document = Documents.Terminated().Listener(l => l with { SniContainerRefs = ["sni"] });

        var list = Assert.Single(document.Files().CrtLists);

        Assert.Equal(Documents.ListenerId, list.ListenerId);
        Assert.Equal($"{Certificates}/{Documents.CertificateFile}\n{Certificates}/{Documents.SniFile}\n", list.Text);
    }

    [Fact]
    public void T1_only_frontends_with_certificates_have_a_list()
    {
        Assert.Empty(Documents.Http().Files().CrtLists);
        Assert.Empty(Documents.Terminated().Listener(l => l with { AdminStateUp = false }).Files().CrtLists);
        Assert.Empty(Documents.Of(ListenerProtocol.Prometheus).Files().CrtLists);
    }

    [Fact]
    public void T2_certificates_are_where_the_setting_says()
    {
        var document = Documents.Terminated().Settings(s => s with { BaseCertDir = "/secret" });

        Assert.Equal($"/secret/{Documents.LoadBalancerId}/{Documents.CertificateFile}\n", Assert.Single(document.Files().CrtLists).Text);
    }

    [Fact]
    public void T3_a_reference_is_found_by_its_kind()
    {
        var document = Documents.Terminated().Listener(l => l with { ClientCaTlsContainerRef = "certificate" });

        var fault = Assert.Single(document.Faults());

        Assert.Equal(("/loadbalancer/listeners/0/client_ca_tls_container_ref", "V5"), (fault.Path, fault.Rule));
    }
}
