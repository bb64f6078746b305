// The words of TLS options that listeners (bind) and pools (server) share: F10–F12, S17–S19.
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Spells ciphers, protocol versions and ALPN lists as HAProxy wants them.</summary>
internal static class TlsWords
{
    private const string Tls13Prefix = "TLS_";
    private const int AllVersions = 5;

    /// <summary>TLS 1.3 suites have no effect in <c>ciphers</c> and a list of only such names is fatal there: they go to
    /// <c>ciphersuites</c> (UD13). A part without names is null.</summary>
    public static (string? Ciphers, string? Ciphersuites) Split(string? names)
    {
        if (names is null)
        {
            return (null, null);
        }

        var parts = names.Split(':');
        var suites = parts.Where(IsTls13).ToArray();
        var others = parts.Where(name => !IsTls13(name)).ToArray();
        return (Joined(others), Joined(suites));

        static bool IsTls13(string name) => name.StartsWith(Tls13Prefix, StringComparison.Ordinal);
        static string? Joined(string[] parts) => parts.Length == 0 ? null : string.Join(':', parts);
    }

    /// <summary>The lowest and the highest version. <c>no-tlsv…</c> words cannot switch anything on below TLS 1.2 (UD14). All five versions
    /// are what an absent list says.</summary>
    public static (string? Lowest, string? Highest) Range(ValueList<TlsVersion>? versions) =>
        versions is { Count: > 0 } list && list.Range() is var (lowest, highest) && highest - lowest < AllVersions - 1
            ? (Word(lowest), Word(highest)) : (null, null);

    /// <summary>ALPN names in the given order.</summary>
    public static string? Alpn(ValueList<AlpnProtocol>? protocols) =>
        protocols is { Count: > 0 } list ? string.Join(',', list.ConvertAll(Word)) : null;

    private static string Word(TlsVersion version) => version switch
    {
        TlsVersion.Sslv3 => "SSLv3",
        TlsVersion.Tlsv1 => "TLSv1.0",
        TlsVersion.Tlsv1_1 => "TLSv1.1",
        TlsVersion.Tlsv1_2 => "TLSv1.2",
        TlsVersion.Tlsv1_3 => "TLSv1.3",
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, null),
    };

    private static string Word(AlpnProtocol protocol) => protocol switch
    {
        AlpnProtocol.H2 => "h2",
        AlpnProtocol.Http1_1 => "http/1.1",
        AlpnProtocol.Http1_0 => "http/1.0",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, null),
    };
}
