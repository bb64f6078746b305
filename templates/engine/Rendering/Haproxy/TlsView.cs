// TLS options that a bind line and a server line share.
namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>What both sides of HAProxy say about TLS; each side adds its certificate.</summary>
internal abstract record TlsView : View
{
    public string? CaFile { get; init; }

    public string? CrlFile { get; init; }

    public string? Ciphers { get; init; }

    public string? Ciphersuites { get; init; }

    public string? MinVersion { get; init; }

    public string? MaxVersion { get; init; }

    public string? Alpn { get; init; }

    public override string? PathOf(string name) => name switch
    {
        "ciphers" or "ciphersuites" => $"{Pointer}/tls_ciphers",
        "ca_file" or "crl_file" => "/settings/base_cert_dir",
        _ => base.PathOf(name),
    };

    protected override object? Member(string name) => name switch
    {
        "ca_file" => CaFile,
        "crl_file" => CrlFile,
        "ciphers" => Ciphers,
        "ciphersuites" => Ciphersuites,
        "min_version" => MinVersion,
        "max_version" => MaxVersion,
        "alpn" => Alpn,
        _ => Unknown,
    };
}
