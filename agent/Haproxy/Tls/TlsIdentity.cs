// What tells one certificate file from another, as HAProxy shows it and as the file says it. Pure.
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Amphora.Agent.Haproxy.Tls;

/// <summary>Two that are equal are the same certificates. HAProxy tells no digest of a file, and nothing at all of a key, which fits its certificate
/// or is refused.</summary>
internal static class TlsIdentity
{
    // As HAProxy writes them: OpenSSL's ASN1_TIME_print.
    private static readonly string[] s_dates = ["MMM d HH:mm:ss yyyy 'GMT'", "MMM  d HH:mm:ss yyyy 'GMT'"];

    /// <summary>Of an answer of <c>show ssl cert</c>, <c>show ssl ca-file</c> or <c>show ssl crl-file</c> about one name.</summary>
    public static string OfAnswer(TlsKind kind, string answer)
    {
        var found = new List<string>();
        foreach (var line in answer.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Split(": ", 2) is not [var name, var value])
            {
                continue;
            }

            switch (name)
            {
                case "SHA1 FingerPrint":
                case "Serial Number":
                    found.Add(value.ToUpperInvariant());
                    break;
                case "Chain Subject":
                    found.Add("chain");
                    break;
                case "Status" when kind == TlsKind.Certificate && value != "Used":
                    found.Add("unused");
                    break;
                case "Last Update":
                case "Next Update":
                    found.Add(Date(value));
                    break;
                default:
                    break;
            }
        }

        return Join(kind, found);
    }

    /// <summary>Of a file; null: it is none that can be read, and HAProxy has to say so.</summary>
    public static string? OfFile(TlsKind kind, byte[] content)
    {
        try
        {
            return Join(kind, kind == TlsKind.Revocations ? [.. Blocks(content, "X509 CRL").SelectMany(OfRevocations)] : OfCertificates(kind, content));
        }
        catch (Exception exception) when (exception is AsnContentException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // The order of authorities and lists is HAProxy's own.
    private static string Join(TlsKind kind, List<string> found) => string.Join(' ', kind == TlsKind.Certificate ? found.AsEnumerable() : found.Order(StringComparer.Ordinal));

    private static List<string> OfCertificates(TlsKind kind, byte[] content)
    {
        List<string> prints = [.. Blocks(content, "CERTIFICATE").Select(static block => Print(block))];
        // Of a chain HAProxy shows whose they are, which a fingerprint of the first one implies; their number tells whether they are there.
        return kind == TlsKind.Authority ? [.. prints.Distinct()] : [.. prints.Take(1), .. prints.Skip(1).Select(static _ => "chain")];
    }

#pragma warning disable CA5350 // HAProxy shows this fingerprint and no other; it only has to be the same.
    private static string Print(byte[] certificate) => Convert.ToHexString(SHA1.HashData(certificate));
#pragma warning restore CA5350

    // RFC 5280 5.1: CertificateList.
    private static IEnumerable<string> OfRevocations(byte[] list)
    {
        var body = new AsnReader(list, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            body.ReadInteger();
        }

        body.ReadSequence();
        body.ReadSequence();
        var found = new List<string> { Time(body) };
        if (body.HasData && IsTime(body.PeekTag()))
        {
            found.Add(Time(body));
        }

        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            for (var revoked = body.ReadSequence(); revoked.HasData;)
            {
                found.Add(Convert.ToHexString(revoked.ReadSequence().ReadIntegerBytes().Span).TrimStart('0'));
            }
        }

        return found;
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static string Time(AsnReader reader) => Write(reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime());

    private static string Date(string words) =>
        DateTimeOffset.TryParseExact(words, s_dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Write(date) : words;

    private static string Write(DateTimeOffset date) => date.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static IEnumerable<byte[]> Blocks(byte[] content, string label)
    {
        var text = Encoding.UTF8.GetString(content);
        for (var start = 0; PemEncoding.TryFind(text.AsSpan(start), out var fields);)
        {
            var (labelAt, dataAt) = (fields.Label, fields.Base64Data);
            var block = text[start..];
            if (block[labelAt] == label)
            {
                yield return Convert.FromBase64String(block[dataAt]);
            }

            start += fields.Location.End.Value;
        }
    }
}
