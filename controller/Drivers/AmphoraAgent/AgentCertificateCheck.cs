// Decides whether a server certificate is the wanted agent's.
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>Our CA and nothing else, a server's purpose, and the amphora id instead of a host name: agents are called by address
/// (driver-calls §1).</summary>
internal static class AgentCertificateCheck
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>The chain policy: given CAs only, no downloads, no revocation lists.</summary>
    public static X509ChainPolicy PolicyFor(AgentCredentials credentials)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(credentials.Authorities);
        policy.ApplicationPolicy.Add(new Oid(ServerPurpose));
        return policy;
    }

    /// <summary>Why the certificate is not the agent's, or null when it is.</summary>
    public static string? Refusal(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, Guid? amphoraId)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it showed no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var words = chain?.ChainStatus.Select(status => Explain(status, certificate)).Distinct();
            return $"certificate {certificate.Subject}: {string.Join("; ", words ?? ["its chain is broken"])}";
        }

        return amphoraId is { } id && !Bears(certificate, id.ToString("D"))
            ? $"certificate {certificate.Subject} is not that of amphora {id:D}"
            : null;
    }

    // The common name counts only when there are no names in the extension (RFC 6125 6.4.4).
    private static bool Bears(X509Certificate2 certificate, string name)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).ToList();
        return names.Count > 0
            ? names.Contains(name, StringComparer.OrdinalIgnoreCase)
            : string.Equals(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), name, StringComparison.OrdinalIgnoreCase);
    }

    private static string Explain(X509ChainStatus status, X509Certificate2 certificate) => status.Status switch
    {
        X509ChainStatusFlags.NotTimeValid => $"it or its CA is not valid now (certificate: {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u})",
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => "it was not signed by the given CA",
        X509ChainStatusFlags.NotValidForUsage => "it is not for servers (extended key usage)",
        _ => status.StatusInformation.Trim(),
    };
}
