// Certificates of the management network: make a CA, issue agent, client and listener certificates into files.
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>Front door: each call leaves complete files behind or none.</summary>
internal static class CertificatesSlice
{
    /// <summary>Makes a CA: <c>ca.key</c>, then <c>ca.pem</c>.</summary>
    public static Outcome<CertificateWritten> Init(AuthorityOptions options, DateTimeOffset now)
    {
        var certificatePath = Path.Combine(options.Directory, CertificateAuthority.CertificateFile);
        var keyPath = Path.Combine(options.Directory, CertificateAuthority.KeyFile);
        if (CertificateFiles.Taken(options.Force, keyPath, certificatePath) is { } taken)
        {
            return taken;
        }

        using var authority = CertificateAuthority.Create(options.CommonName, options.Days, now);
        var failure = CertificateFiles.MakeDirectory(options.Directory)
            ?? CertificateFiles.WriteSecret(keyPath, authority.ExportKeyPem(options.Passphrase), options.Force)
            ?? CertificateFiles.WritePublic(certificatePath, authority.CertificatePem, options.Force);
        return failure is not null ? failure : new CertificateWritten
        {
            File = certificatePath,
            Sha256 = TlsBundle.Digest(authority.CertificatePem),
            Subject = authority.Certificate.Subject,
            SerialNumber = authority.Certificate.SerialNumber,
            NotAfter = authority.Certificate.NotAfter.ToUniversalTime(),
        };
    }

    /// <summary>An agent's <c>server.pem</c>: certificate, then PKCS#1 key (appliance-layout §1). Drivers look for the
    /// amphora id in it, not for the address (driver-calls §1).</summary>
    public static Outcome<CertificateWritten> IssueServer(IssueOptions options, Guid amphoraId, ValueList<IPAddress> addresses, DateTimeOffset now) =>
        Issue(options, ServerCertificate(amphoraId, addresses, options.Days), now, withChain: false);

    /// <summary>The same certificate as <see cref="IssueServer"/>'s, for whoever carries it to the amphora himself; nothing is written.</summary>
    public static Outcome<ServerIdentity> SignServer(string directory, string? passphrase, WantedCertificate wanted, DateTimeOffset now)
    {
        var read = CertificateAuthority.Read(directory, passphrase);
        if (!read.Ok)
        {
            return read.Failure!;
        }

        using var authority = read.Value;
        var issued = authority.Issue(wanted, now);
        return issued.Ok ? new ServerIdentity(issued.Value, authority.CertificatePem) : issued.Failure!;
    }

    /// <summary>What an agent's certificate says.</summary>
    public static WantedCertificate ServerCertificate(Guid amphoraId, ValueList<IPAddress> addresses, int days)
    {
        var id = amphoraId.ToString("D", CultureInfo.InvariantCulture);
        return new WantedCertificate { CommonName = id, Purpose = WantedCertificate.ServerPurpose, Days = days, DnsNames = [id], IpAddresses = addresses };
    }

    /// <summary>A controller's <c>client.pem</c>: certificate and key.</summary>
    public static Outcome<CertificateWritten> IssueClient(IssueOptions options, string name, DateTimeOffset now) =>
        Issue(options, new WantedCertificate { CommonName = name, Purpose = WantedCertificate.ClientPurpose, Days = options.Days }, now, withChain: false);

    /// <summary>A listener's certificate as HAProxy reads it: certificate, key, chain.</summary>
    /// <param name="options">Where to; a directory gets the file under the name Octavia gives it.</param>
    /// <param name="dnsNames">Host names, the first is the subject as well.</param>
    /// <param name="addresses">Addresses.</param>
    /// <param name="now">The time.</param>
    public static Outcome<CertificateWritten> IssueListener(IssueOptions options, ValueList<string> dnsNames, ValueList<IPAddress> addresses, DateTimeOffset now) =>
        Issue(options, new WantedCertificate
        {
            CommonName = dnsNames.Count > 0 ? dnsNames[0] : addresses[0].ToString(),
            Purpose = WantedCertificate.ServerPurpose,
            Days = options.Days,
            DnsNames = dnsNames,
            IpAddresses = addresses,
        }, now, withChain: true);

    private static Outcome<CertificateWritten> Issue(IssueOptions options, WantedCertificate wanted, DateTimeOffset now, bool withChain)
    {
        // A directory is filled under the digest's name, which cannot be taken before the certificate exists.
        var isDirectory = withChain && Directory.Exists(options.Out);
        if (!isDirectory && CertificateFiles.Taken(options.Force, options.Out) is { } taken)
        {
            return taken;
        }

        var read = CertificateAuthority.Read(options.Directory, options.Passphrase);
        if (!read.Ok)
        {
            return read.Failure!;
        }

        using var authority = read.Value;
        var issued = authority.Issue(wanted, now);
        if (!issued.Ok)
        {
            return issued.Failure!;
        }

        var certificate = issued.Value;
        var tlsFile = TlsBundle.FileName(certificate.CertificatePem);
        var path = isDirectory ? Path.Combine(options.Out, tlsFile) : options.Out;
        var content = certificate.CertificatePem + certificate.KeyPem + (withChain ? authority.CertificatePem : "");
        return CertificateFiles.WriteSecret(path, content, options.Force) is { } failure ? failure : new CertificateWritten
        {
            File = path,
            TlsFile = withChain ? tlsFile : null,
            Sha256 = TlsBundle.Digest(content),
            Subject = certificate.Subject,
            SerialNumber = certificate.SerialNumber,
            NotAfter = certificate.NotAfter,
            IsClamped = certificate.IsClamped,
        };
    }
}

/// <summary>How a CA is made.</summary>
internal sealed record AuthorityOptions
{
    /// <summary>Where its two files go; made when it is not there.</summary>
    public required string Directory { get; init; }

    /// <summary>Subject of the CA.</summary>
    public required string CommonName { get; init; }

    /// <summary>Days of validity.</summary>
    public required int Days { get; init; }

    /// <summary>Encrypts the key; null: it lies open.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Replace what is there.</summary>
    public bool Force { get; init; }
}

/// <summary>How a certificate is issued.</summary>
internal sealed record IssueOptions
{
    /// <summary>Directory of the CA.</summary>
    public required string Directory { get; init; }

    /// <summary>File that gets certificate and key.</summary>
    public required string Out { get; init; }

    /// <summary>Days of validity.</summary>
    public required int Days { get; init; }

    /// <summary>Of the CA's key.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Replace what is there.</summary>
    public bool Force { get; init; }
}

/// <summary>What was written.</summary>
internal sealed record CertificateWritten
{
    /// <summary>Path of the file.</summary>
    public required string File { get; init; }

    /// <summary>Listener certificates: the name an agent wants it under, <c>tls_files[].file</c>.</summary>
    public string? TlsFile { get; init; }

    /// <summary>Digest of the file, <c>tls_files[].sha256</c>.</summary>
    public required string Sha256 { get; init; }

    /// <summary>As <c>CN=…</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The last moment of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>True when the CA ends before the wanted validity does.</summary>
    public bool IsClamped { get; init; }
}
