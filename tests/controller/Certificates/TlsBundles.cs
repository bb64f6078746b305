// PEM texts become the file HAProxy reads, or a sentence that says why not.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Certificates;
using Xunit;

namespace Amphora.Controller.Tests.Certificates;

public sealed class TlsBundles : IDisposable
{
    private readonly Fixtures.Agents.Certificates _authority = new();

    [Fact]
    public void A_certificate_comes_first_then_its_key_then_what_signs_it()
    {
        var pem = _authority.ListenerPem("www.example.com");

        var bundle = TlsBundle.Certificate(_authority.AuthorityPem.Insert(0, pem), null).Value;

        Assert.Equal(TlsFileKind.Certificate, bundle.Kind);
        Assert.Matches(@"\A[0-9a-f]{40}\.pem\z", bundle.File);
        Assert.Equal(["CERTIFICATE", "PRIVATE KEY", "CERTIFICATE"], Labels(bundle.Content).Select(label => label.Replace("RSA ", "", StringComparison.Ordinal).Replace("EC ", "", StringComparison.Ordinal)));
        using var served = X509Certificate2.CreateFromPem(bundle.Content, bundle.Content);
        Assert.Contains("www.example.com", served.Subject, StringComparison.Ordinal);
        Assert.Equal(served.NotAfter.ToUniversalTime(), bundle.NotAfter!.Value.UtcDateTime, TimeSpan.FromDays(1));
    }

    [Fact]
    public void An_encrypted_key_is_opened_with_its_passphrase_and_with_no_other()
    {
        var pem = _authority.ListenerPem("www.example.com");
        using var pair = X509Certificate2.CreateFromPem(pem, pem);
        using AsymmetricAlgorithm key = pair.GetRSAPrivateKey() as AsymmetricAlgorithm ?? pair.GetECDsaPrivateKey()!;
        var text = pair.ExportCertificatePem() + "\n" + key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

        var opened = TlsBundle.Certificate(text, "open sesame");
        var wrong = TlsBundle.Certificate(text, "close sesame");
        var none = TlsBundle.Certificate(text, null);

        Assert.Equal(["CERTIFICATE", "PRIVATE KEY"], Labels(opened.Value.Content));
        Assert.False(wrong.Ok);
        Assert.False(none.Ok);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var (own, other) = (_authority.ListenerPem("www.example.com"), _authority.ListenerPem("other.example.com"));
        var certificate = X509Certificate2.CreateFromPem(own, own).ExportCertificatePem();

        Assert.Contains("no CERTIFICATE", TlsBundle.Certificate("nothing", null).Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("no PRIVATE KEY", TlsBundle.Certificate(certificate, null).Failure!.Message, StringComparison.Ordinal);
        Assert.False(TlsBundle.Certificate(certificate + "\n" + other[other.IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal)..][25..], null).Ok);
        Assert.Contains("is no CA", TlsBundle.Authorities(certificate).Failure!.Message, StringComparison.Ordinal);
        Assert.False(TlsBundle.RevocationList(certificate).Ok);
        Assert.Equal(TlsFileKind.Crl, TlsBundle.RevocationList(_authority.RevocationPem()).Value.Kind);
        Assert.Equal(TlsFileKind.Ca, TlsBundle.Authorities(_authority.AuthorityPem).Value.Kind);
    }

    public void Dispose() => _authority.Dispose();

    private static List<string> Labels(string text)
    {
        List<string> labels = [];
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            labels.Add(rest[found.Label].ToString());
        }

        return labels;
    }
}
