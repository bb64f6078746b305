// A private certificate authority: makes itself, reads itself from its directory, signs.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>The CA that agents and controllers trust, and nothing else.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>Name of the certificate in the directory of the CA.</summary>
    public const string CertificateFile = "ca.pem";

    /// <summary>Name of the private key in the directory of the CA.</summary>
    public const string KeyFile = "ca.key";

    // Clocks of amphorae that just booted may be behind.
    private static readonly TimeSpan OwnClockSkew = TimeSpan.FromHours(1);
    private static readonly TimeSpan IssuedClockSkew = TimeSpan.FromMinutes(10);

    private const int OwnKeyBits = 3072;
    private const int IssuedKeyBits = 2048;

    // PBKDF2 rounds for the key at rest (OWASP's figure for HMAC-SHA256).
    private const int PassphraseRounds = 600_000;

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The CA certificate as PEM.</summary>
    public string CertificatePem => PemText.Of(_certificate);

    /// <summary>The CA certificate.</summary>
    public X509Certificate2 Certificate => _certificate;

    /// <summary>A new CA: RSA, valid from a little before <paramref name="now"/>.</summary>
    public static CertificateAuthority Create(string commonName, int days, DateTimeOffset now)
    {
        using var key = RSA.Create(OwnKeyBits);
        var request = new CertificateRequest(NameOf(commonName), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));

        var generator = X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(request.SubjectName, generator, now - OwnClockSkew, EndOf(now, days), NewSerialNumber());
        return new CertificateAuthority(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>Reads the CA of a directory.</summary>
    /// <param name="directory">Where <see cref="CertificateFile"/> and <see cref="KeyFile"/> are.</param>
    /// <param name="passphrase">Of the key; null when it is not encrypted.</param>
    public static Outcome<CertificateAuthority> Read(string directory, string? passphrase)
    {
        var certificatePath = Path.Combine(directory, CertificateFile);
        var keyPath = Path.Combine(directory, KeyFile);
        try
        {
            var certificatePem = File.ReadAllText(certificatePath);
            var keyPem = File.ReadAllText(keyPath);
            var isEncrypted = keyPem.Contains("ENCRYPTED", StringComparison.Ordinal);
            if (isEncrypted && passphrase is null)
            {
                return new Failure("read the CA", $"cannot read {keyPath}: it is encrypted and no passphrase file was given");
            }

            return new CertificateAuthority(isEncrypted
                ? X509Certificate2.CreateFromEncryptedPem(certificatePem, keyPem, passphrase)
                : X509Certificate2.CreateFromPem(certificatePem, keyPem));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure("read the CA", $"cannot read the CA in {directory}: {exception.Message}");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return new Failure("read the CA", $"cannot use {certificatePath} with {keyPath}: {Reason(exception)}");
        }
    }

    /// <summary>The private key as PEM: PKCS#1, or encrypted PKCS#8 when there is a passphrase.</summary>
    public string ExportKeyPem(string? passphrase)
    {
        using var key = _certificate.GetRSAPrivateKey()!;
        return PemText.Line(passphrase is null
            ? key.ExportRSAPrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, PassphraseRounds)));
    }

    /// <summary>Signs a certificate for a new key. Its validity never leaves the CA's own.</summary>
    public Outcome<IssuedCertificate> Issue(WantedCertificate wanted, DateTimeOffset now)
    {
        DateTimeOffset authorityStart = _certificate.NotBefore, authorityEnd = _certificate.NotAfter;
        if (now >= authorityEnd || now < authorityStart)
        {
            return new Failure("sign the certificate", $"cannot sign a certificate for {wanted.CommonName}: the CA is valid from {authorityStart:u} to {authorityEnd:u} only");
        }

        using var key = RSA.Create(IssuedKeyBits);
        var request = RequestFor(wanted, key);
        DateTimeOffset start = now - IssuedClockSkew, end = EndOf(now, wanted.Days);
        start = start < authorityStart ? authorityStart : start;
        var isClamped = end > authorityEnd;
        using var certificate = request.Create(_certificate, start, isClamped ? authorityEnd : end, NewSerialNumber());
        return new IssuedCertificate
        {
            CertificatePem = PemText.Of(certificate),
            KeyPem = PemText.Line(key.ExportRSAPrivateKeyPem()),
            Subject = certificate.Subject,
            SerialNumber = certificate.SerialNumber,
            NotAfter = certificate.NotAfter.ToUniversalTime(),
            IsClamped = isClamped,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private CertificateRequest RequestFor(WantedCertificate wanted, RSA key)
    {
        var request = new CertificateRequest(NameOf(wanted.CommonName), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(wanted.Purpose)], critical: true));
        if (wanted.DnsNames.Count + wanted.IpAddresses.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in wanted.DnsNames)
            {
                names.AddDnsName(name);
            }

            foreach (var address in wanted.IpAddresses)
            {
                names.AddIpAddress(address);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    private static X500DistinguishedName NameOf(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return name.Build();
    }

    // RFC 5280 4.1.2.2: positive, at most 20 octets; all but the sign bit is random.
    private static byte[] NewSerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(20);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    // 31 December 9999 is the last day an X.509 time can name.
    private static DateTimeOffset EndOf(DateTimeOffset now, int days) =>
        days < (DateTimeOffset.MaxValue - now).TotalDays - 1 ? now.AddDays(days) : new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    [SuppressMessage("Globalization", "CA1309", Justification = "our own text")]
    private static string Reason(Exception exception) => exception switch
    {
        ArgumentException => "the key does not belong to the certificate",
        CryptographicException { Message: var text } when text.Contains("password", StringComparison.OrdinalIgnoreCase) => "the passphrase is wrong",
        _ => exception.Message,
    };
}
