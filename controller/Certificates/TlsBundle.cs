// Pure: what a listener or pool needs of TLS, from PEM texts to the one file that HAProxy reads.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.Certificates;

/// <summary>A file of TLS material as amphorae get it.</summary>
/// <param name="Kind">What is in it.</param>
/// <param name="File">Its name there.</param>
/// <param name="Content">The file: certificate, key, chain; or CA certificates; or a revocation list.</param>
/// <param name="NotAfter">When the first of its certificates ends; null: a list, which does not say.</param>
internal sealed record TlsBundle(TlsFileKind Kind, string File, string Content, DateTimeOffset? NotAfter)
{
    private const string Step = "read the TLS material";
    private const string KeyEnding = "PRIVATE KEY";

    /// <summary>Octavia names a file after the SHA-1 of what is in it, a certificate's after its certificate block (driver-calls §3); it is a
    /// name, not a protection.</summary>
#pragma warning disable CA5350
    public static string FileName(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(text))) + ".pem";
#pragma warning restore CA5350

    /// <summary>SHA-256 of a file, as documents name it.</summary>
    public static string Digest(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(content)));

    /// <summary>A certificate with its key and what signs it.</summary>
    /// <param name="text">PEM: the certificate first, then intermediates in any order; the key anywhere.</param>
    /// <param name="passphrase">Of the key; null: it is not encrypted.</param>
    public static Outcome<TlsBundle> Certificate(string text, string? passphrase) => Guarded("certificate", () =>
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text);
        if (chain.Count == 0)
        {
            return Wrong("there is no CERTIFICATE block in it");
        }

        if (KeyBlock(text) is not { } key)
        {
            return Wrong("there is no PRIVATE KEY block for the certificate");
        }

        var certificate = chain[0].ExportCertificatePem() + "\n";
        // Says no when the key is not the certificate's.
        using var pair = passphrase is null ? X509Certificate2.CreateFromPem(certificate, key) : X509Certificate2.CreateFromEncryptedPem(certificate, key, passphrase);
        var opened = passphrase is null ? key : Opened(pair);
        var others = string.Concat(chain.Skip(1).Select(static one => one.ExportCertificatePem() + "\n"));
        return new TlsBundle(TlsFileKind.Certificate, FileName(certificate), certificate + opened + "\n" + others, Ends(chain));
    });

    /// <summary>CA certificates that sign clients or members.</summary>
    public static Outcome<TlsBundle> Authorities(string text) => Guarded("CA", () =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(text);
        var content = string.Concat(certificates.Select(static one => one.ExportCertificatePem() + "\n"));
        return certificates.Count == 0 ? Wrong("there is no CERTIFICATE block in it")
            : certificates.FirstOrDefault(static one => !one.Extensions.OfType<X509BasicConstraintsExtension>().Any(static constraints => constraints.CertificateAuthority)) is { } leaf
                ? Wrong($"{leaf.Subject} may not sign others: it is no CA")
                : new TlsBundle(TlsFileKind.Ca, FileName(content), content, Ends(certificates));
    });

    /// <summary>A revocation list.</summary>
    public static Outcome<TlsBundle> RevocationList(string text) => Guarded("revocation list", () =>
    {
        _ = CertificateRevocationListBuilder.LoadPem(text, out _);
        var content = text.TrimEnd() + "\n";
        return new TlsBundle(TlsFileKind.Crl, FileName(content), content, null);
    });

    private static string? KeyBlock(string text)
    {
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            if (rest[found.Label].EndsWith(KeyEnding, StringComparison.Ordinal))
            {
                return rest[found.Location].ToString();
            }
        }

        return null;
    }

    // HAProxy asks nobody for a passphrase.
    private static string Opened(X509Certificate2 pair) =>
        pair.GetRSAPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? pair.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? throw new CryptographicException("its key is neither RSA nor ECDSA");

    private static DateTimeOffset Ends(X509Certificate2Collection certificates) => certificates.Min(static one => new DateTimeOffset(one.NotAfter.ToUniversalTime()));

    private static Outcome<TlsBundle> Guarded(string what, Func<Outcome<TlsBundle>> read)
    {
        try
        {
            var outcome = read();
            return outcome.Ok ? outcome : new Failure(Step, $"cannot use the {what}: {outcome.Failure!.Message}");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return new Failure(Step, $"cannot use the {what}: {exception.Message}");
        }
    }

    private static Failure Wrong(string reason) => new(Step, reason);
}
