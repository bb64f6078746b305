// Key material for haproxy -c: one CA with a server certificate and a CRL, made once per test run.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering;

internal static class TestCertificates
{
    private static readonly Lazy<IReadOnlyDictionary<TlsFileKind, string>> Files = new(Make);

    /// <summary>The content of a file of this kind.</summary>
    public static string Pem(TlsFileKind kind) => Files.Value[kind];

    private static Dictionary<TlsFileKind, string> Make()
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=test CA", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        caRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, false));
        using var ca = caRequest.CreateSelfSigned(from, until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=www.example.com", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(ca, from, until, [1, 2, 3, 4]);
        var crl = new CertificateRevocationListBuilder();
        crl.AddEntry([9, 9, 9]);
        var crlBytes = crl.Build(ca, 1, until, HashAlgorithmName.SHA256);
        return new Dictionary<TlsFileKind, string>
        {
            [TlsFileKind.Certificate] = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n",
            [TlsFileKind.Ca] = $"{ca.ExportCertificatePem()}\n",
            [TlsFileKind.Crl] = $"{PemEncoding.WriteString("X509 CRL", crlBytes)}\n",
        };
    }
}
