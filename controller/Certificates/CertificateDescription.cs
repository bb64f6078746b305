// Describes the certificates of a PEM file for people.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>One certificate of a file.</summary>
internal sealed record CertificateDescription
{
    /// <summary>Whose it is.</summary>
    public required string Subject { get; init; }

    /// <summary>Who signed it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>First moment of validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last moment of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>True when it may sign others.</summary>
    public required bool IsAuthority { get; init; }

    /// <summary>Extended key usages: <c>serverAuth</c>, <c>clientAuth</c>, or the number.</summary>
    public required IReadOnlyList<string> Purposes { get; init; }

    /// <summary>Subject alternative names.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>As <c>RSA 2048</c>.</summary>
    public required string Key { get; init; }

    /// <summary>True when its private key is in the same file.</summary>
    public required bool HasPrivateKey { get; init; }

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public required string Fingerprint { get; init; }
}

/// <summary>Reads what <c>certs show</c> shows.</summary>
internal static class CertificateDescriptionReader
{
    /// <summary>Every certificate of a PEM file, in order.</summary>
    public static Outcome<ValueList<CertificateDescription>> Read(string path)
    {
        try
        {
            // ASCII is enough: what is outside of PEM blocks is ignored, and inside there is nothing else.
            var text = File.ReadAllText(path, Encoding.Latin1);
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(text);
            if (certificates.Count == 0)
            {
                return new Failure("read the certificate", $"cannot show {path}: there is no CERTIFICATE block in it");
            }

            return certificates.Select(certificate => Describe(certificate, text)).ToValueList();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return new Failure("read the certificate", $"cannot show {path}: {exception.Message}");
        }
    }

    private static CertificateDescription Describe(X509Certificate2 certificate, string text) => new()
    {
        Subject = certificate.Subject,
        Issuer = certificate.Issuer,
        SerialNumber = certificate.SerialNumber,
        NotBefore = certificate.NotBefore.ToUniversalTime(),
        NotAfter = certificate.NotAfter.ToUniversalTime(),
        IsAuthority = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority),
        Purposes = [.. certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>()).Select(PurposeName)],
        Names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))],
        Key = KeyName(certificate),
        HasPrivateKey = HasKeyFor(certificate, text),
        Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
    };

    private static string PurposeName(Oid oid) => oid.Value switch
    {
        WantedCertificate.ServerPurpose => "serverAuth",
        WantedCertificate.ClientPurpose => "clientAuth",
        var number => number ?? "",
    };

    private static string KeyName(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var ecdsa = rsa is null ? certificate.GetECDsaPublicKey() : null;
        return rsa is not null ? $"RSA {rsa.KeySize}" : ecdsa is not null ? $"EC {ecdsa.KeySize}" : certificate.GetKeyAlgorithm();
    }

    private static bool HasKeyFor(X509Certificate2 certificate, string text)
    {
        if (!text.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPem(PemText.Of(certificate), text);
            return pair.HasPrivateKey;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // The key belongs to another certificate of the file, or is encrypted.
            return false;
        }
    }
}
