// What a certificate shall say, and what became of it.
using System.Net;
using Amphora.Contract;

namespace Amphora.Controller.Certificates;

/// <summary>A certificate to be signed.</summary>
internal sealed record WantedCertificate
{
    /// <summary>Extended key usage of servers (RFC 5280 4.2.1.12).</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of clients.</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <summary>Subject, 1–64 characters (RFC 5280 ub-common-name).</summary>
    public required string CommonName { get; init; }

    /// <summary>The only extended key usage: an amphora's certificate cannot order other amphorae about.</summary>
    public required string Purpose { get; init; }

    /// <summary>Days of validity.</summary>
    public required int Days { get; init; }

    /// <summary>Names in the subject alternative name.</summary>
    public ValueList<string> DnsNames { get; init; }

    /// <summary>Addresses in the subject alternative name.</summary>
    public ValueList<IPAddress> IpAddresses { get; init; }
}

/// <summary>A signed certificate with its new key.</summary>
internal sealed record IssuedCertificate
{
    /// <summary>One CERTIFICATE block.</summary>
    public required string CertificatePem { get; init; }

    /// <summary>One RSA PRIVATE KEY block (PKCS#1), as Octavia's agents expect it.</summary>
    public required string KeyPem { get; init; }

    /// <summary>As <c>CN=…</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The last moment of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>True when the CA ends before the wanted validity does.</summary>
    public required bool IsClamped { get; init; }
}

/// <summary>What an agent is given of the CA.</summary>
/// <param name="Certificate">Its own, with the key.</param>
/// <param name="AuthorityPem">The CA's, for <c>client_ca.pem</c>.</param>
internal sealed record ServerIdentity(IssuedCertificate Certificate, string AuthorityPem)
{
    /// <summary><c>server.pem</c>: certificate, then PKCS#1 key (appliance-layout §1).</summary>
    public string ServerPem => Certificate.CertificatePem + Certificate.KeyPem;
}
