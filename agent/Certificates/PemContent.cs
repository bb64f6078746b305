// What an uploaded certificate file has to be before it is written: PEM, and nothing that HAProxy would stumble over.
using System.Security.Cryptography;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Certificates;

/// <summary>Looks at uploaded content.</summary>
internal static class PemContent
{
    /// <summary>The fault of content that is not a sequence of at least one PEM block (RFC 7468), or null.</summary>
    public static Fault? Check(byte[] content)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return new Fault("", "pem", "the body is not text: a certificate file is PEM");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return new Fault("", "pem", "the body contains a NUL character: a certificate file is PEM");
        }

        return PemEncoding.TryFind(text, out _)
            ? null
            : new Fault("", "pem", "the body holds no complete PEM block (-----BEGIN …----- to -----END …-----)");
    }
}
