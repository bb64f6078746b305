// Paths: only those of this load balancer.
using System.Buffers;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Files a configuration may name.</summary>
internal static class PathWords
{
    private const string Pem = ".pem";

    // Octavia names them by SHA-1 or listener; API 1.0 takes any name (agent-api §4, endpoint 9).
    private static readonly SearchValues<char> FileName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    // Octavia's template has this path, whatever base_path is.
    private const string UpstreamPingWrapper = "/var/lib/octavia/ping-wrapper.sh";

    /// <summary>True for a certificate, authority, revocation list or crt-list of the load balancer (T1–T3): a file in its directory, and in none
    /// below or beside it.</summary>
    public static bool IsCertificate(ReadOnlySpan<char> word, LintPlace place) =>
        word.StartsWith(place.CertificateDirectory, StringComparison.Ordinal) && word.EndsWith(Pem, StringComparison.Ordinal)
        && word.Length > place.CertificateDirectory.Length + Pem.Length
        && !word[place.CertificateDirectory.Length..^Pem.Length].ContainsAnyExcept(FileName);

    /// <summary>True for the program that pings members.</summary>
    public static bool IsPingWrapper(ReadOnlySpan<char> word, LintPlace place) =>
        word.SequenceEqual(place.PingWrapper) || word.SequenceEqual(UpstreamPingWrapper);
}
