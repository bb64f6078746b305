// PEM (RFC 7468) as we write it: every block ends in a newline, so that blocks can be put behind each other.
using System.Security.Cryptography.X509Certificates;

namespace Amphora.Controller.Certificates;

/// <summary>Text of PEM blocks.</summary>
internal static class PemText
{
    /// <summary>A certificate as a block.</summary>
    public static string Of(X509Certificate2 certificate) => Line(certificate.ExportCertificatePem());

    /// <summary>A block, ended by a newline.</summary>
    public static string Line(string block) => block + "\n";
}
