// What is issued is what openssl, and HAProxy, take it for.
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Amphora.Controller.Certificates;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Certificates;

public sealed class IssuedCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static readonly TestCredentials Own = TestCredentials.Own;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_certificate_is_a_server_s_under_the_amphora_id()
    {
        var written = CertificatesSlice.IssueServer(Options("server.pem"), TestCredentials.AmphoraId, [IPAddress.Parse("10.0.0.5"), IPAddress.IPv6Loopback], Now).Value;

        await OpensslAsync("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", $"{TestCredentials.AmphoraId}", "-CAfile", Own.AuthorityPath, written.File);
        await OpensslAsync("verify", "-verify_ip", "10.0.0.5", "-CAfile", Own.AuthorityPath, written.File);
        await OpensslAsync("verify", "-verify_ip", "::1", "-CAfile", Own.AuthorityPath, written.File);
        Assert.Contains($"CN = {TestCredentials.AmphoraId}", await OpensslAsync("x509", "-noout", "-subject", "-in", written.File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_certificate_cannot_order_other_agents_about()
    {
        var written = CertificatesSlice.IssueServer(Options("server.pem"), TestCredentials.AmphoraId, [], Now).Value;

        var verified = await Command.RunAsync(["openssl", "verify", "-purpose", "sslclient", "-CAfile", Own.AuthorityPath, written.File], Token);

        Assert.NotEqual(0, verified.ExitCode);
    }

    [Fact]
    public async Task An_agent_file_is_the_certificate_then_its_pkcs1_key()
    {
        var written = CertificatesSlice.IssueServer(Options("server.pem"), TestCredentials.AmphoraId, [], Now).Value;

        Assert.Equal(["CERTIFICATE", "RSA PRIVATE KEY"], Blocks(written.File));
        Assert.Contains("RSA key ok", await OpensslAsync("rsa", "-check", "-noout", "-in", written.File), StringComparison.Ordinal);
        Assert.Equal(await OpensslAsync("x509", "-noout", "-pubkey", "-in", written.File), await OpensslAsync("rsa", "-pubout", "-in", written.File));
    }

    [Fact]
    public async Task A_client_certificate_is_a_client_s_and_no_server_s()
    {
        var written = CertificatesSlice.IssueClient(Options("client.pem"), "o'hara, \"ops\" + café", Now).Value;

        var asServer = await Command.RunAsync(["openssl", "verify", "-purpose", "sslserver", "-CAfile", Own.AuthorityPath, written.File], Token);

        await OpensslAsync("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", Own.AuthorityPath, written.File);
        Assert.NotEqual(0, asServer.ExitCode);
        Assert.Equal(["CERTIFICATE", "RSA PRIVATE KEY"], Blocks(written.File));
        Assert.Contains("o'hara, \"ops\" + café", await OpensslAsync("x509", "-noout", "-subject", "-nameopt", "utf8", "-in", written.File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_file_is_called_after_the_sha1_of_its_certificate_block()
    {
        Directory.CreateDirectory(_folder["files"]);

        var written = CertificatesSlice.IssueListener(Options("files"), ["www.example.com", "*.example.org"], [], Now).Value;

        var block = File.ReadAllText(written.File).Split("-----BEGIN RSA", 2)[0];
        var sha1 = (await Command.OutputAsync(["sha1sum"], Token, block))[..40];
        Assert.Equal($"{sha1}.pem", written.TlsFile);
        Assert.Equal(_folder[$"files/{sha1}.pem"], written.File);
        Assert.StartsWith(written.Sha256, await Command.OutputAsync(["sha256sum", written.File], Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Haproxy_accepts_a_listener_file()
    {
        var written = CertificatesSlice.IssueListener(Options("listener.pem"), ["www.example.com"], [], Now).Value;
        var config = _folder.Write("haproxy.cfg", $"""
            defaults
                mode http
                timeout client 1s
                timeout server 1s
                timeout connect 1s
            frontend tls
                bind 127.0.0.1:8443 ssl crt {written.File}

            """);

        var check = await Command.RunAsync(["haproxy", "-c", "-f", config], Token);

        Assert.True(check.ExitCode == 0, check.Output + check.Errors);
        Assert.Equal(["CERTIFICATE", "RSA PRIVATE KEY", "CERTIFICATE"], Blocks(written.File));
        await OpensslAsync("verify", "-purpose", "sslserver", "-verify_hostname", "www.example.com", "-CAfile", Own.AuthorityPath, written.File);
    }

    [Fact]
    public void Serial_numbers_are_random_and_positive()
    {
        var serials = Enumerable.Range(0, 3).Select(i => CertificatesSlice.IssueClient(Options($"{i}.pem"), "client", Now).Value.SerialNumber).ToList();

        Assert.Equal(3, serials.Distinct().Count());
        Assert.All(serials, serial => Assert.True(serial.Length == 40 && Convert.FromHexString(serial)[0] is >= 0x40 and <= 0x7F, serial));
    }

    [Fact]
    public void Validity_starts_a_little_earlier_and_never_leaves_the_ca_s()
    {
        var written = CertificatesSlice.IssueClient(Options("client.pem") with { Days = 36_500 }, "client", Now).Value;

        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(written.File));
        using var authority = X509Certificate2.CreateFromPem(Own.AuthorityPem);
        Assert.True(written.IsClamped);
        Assert.Equal(authority.NotAfter, certificate.NotAfter);
        Assert.InRange(certificate.NotBefore.ToUniversalTime(), Now.UtcDateTime.AddHours(-1), Now.UtcDateTime.AddMinutes(-5));
    }

    [Fact]
    public void An_expired_ca_signs_nothing()
    {
        var outcome = CertificatesSlice.IssueClient(Options("client.pem"), "client", Now.AddDays(4000));

        Assert.False(outcome.Ok);
        Assert.False(File.Exists(_folder["client.pem"]));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<string> OpensslAsync(params string[] arguments) => Command.OutputAsync(["openssl", .. arguments], Token);

    private static IEnumerable<string> Blocks(string path) =>
        File.ReadLines(path).Where(line => line.StartsWith("-----BEGIN ", StringComparison.Ordinal)).Select(line => line[11..^5]);

    private IssueOptions Options(string name) => new() { Directory = Own.Directory, Out = _folder[name], Days = 30 };
}
