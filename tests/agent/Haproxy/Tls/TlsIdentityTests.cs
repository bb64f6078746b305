// What tells certificate files apart, against HAProxy's own words elsewhere and against itself here.
using System.Text;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Tls;

public sealed class TlsIdentityTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority;

    public TlsIdentityTests() => _authority = new TestAuthority(_folder["files"], "authority.example");

    [Fact]
    public void A_certificate_is_its_fingerprint_and_the_length_of_its_chain()
    {
        var first = Identity(TlsKind.Certificate, _authority.Issue("a.example"));
        var second = Identity(TlsKind.Certificate, _authority.Issue("a.example"));

        Assert.Matches("^[0-9A-F]{40} chain$", first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_revocation_list_is_its_dates_and_what_it_revokes()
    {
        var first = Identity(TlsKind.Revocations, _authority.Revoke());
        var second = Identity(TlsKind.Revocations, _authority.Revoke());

        Assert.Equal((3, 4), (first!.Split(' ').Length, second!.Split(' ').Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no PEM")]
    public void A_file_without_certificates_is_nobody(string text) => Assert.Equal("", TlsIdentity.OfFile(TlsKind.Authority, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_block_that_is_no_list_cannot_be_told() =>
        Assert.Null(TlsIdentity.OfFile(TlsKind.Revocations, "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"u8.ToArray()));

    [Fact]
    public void A_certificate_that_nobody_uses_is_not_the_one_that_is_served() =>
        Assert.NotEqual(TlsIdentity.OfAnswer(TlsKind.Certificate, "Status: Used\nSHA1 FingerPrint: AB\n"), TlsIdentity.OfAnswer(TlsKind.Certificate, "Status: Unused\nSHA1 FingerPrint: AB\n"));

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static string? Identity(TlsKind kind, string path) => TlsIdentity.OfFile(kind, File.ReadAllBytes(path));
}
