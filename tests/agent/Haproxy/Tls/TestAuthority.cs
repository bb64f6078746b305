// Certificates, authorities and revocation lists for tests, as files.
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Amphora.Agent.Tests.Haproxy.Tls;

/// <summary>An authority that signs; its files are in a directory, named by number.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly string _directory;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly CertificateRevocationListBuilder _revoked = new();
    private int _serial = 0x7f00;

    public TestAuthority(string directory, string name)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        CertificateRequest request = new($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    /// <summary>A file with the authority's certificate.</summary>
    public string Write() => WriteFile("ca", _certificate.ExportCertificatePem());

    /// <summary>A file with certificate, key and chain for a host name.</summary>
    /// <param name="host">Subject and alternative name.</param>
    /// <param name="path">Where; null: in a new file.</param>
    public string Issue(string host, string? path = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(_certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), Serial());
        string text = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n{_certificate.ExportCertificatePem()}\n";
        if (path is null)
        {
            return WriteFile("crt", text);
        }

        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A file with the revocation list after one more certificate was revoked.</summary>
    public string Revoke()
    {
        _revoked.AddEntry(Serial());
        byte[] list = _revoked.Build(_certificate, ++_serial, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        return WriteFile("crl", PemEncoding.WriteString("X509 CRL", list));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private byte[] Serial() => [(byte)(++_serial >> 8), (byte)_serial];

    private string WriteFile(string kind, string text)
    {
        string path = Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{kind}-{Guid.NewGuid():N}.pem"));
        File.WriteAllText(path, text);
        return path;
    }
}
