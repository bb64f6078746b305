// The model of a health check: B9–B15, S3–S5.
namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>How HAProxy checks the servers of a backend.</summary>
internal sealed record CheckView : View
{
    public required long Delay { get; init; }

    public required long Timeout { get; init; }

    /// <summary>Failures until a server is down.</summary>
    public required long Fall { get; init; }

    /// <summary>Successes until a server is up.</summary>
    public required long Rise { get; init; }

    public required bool LoadServerState { get; init; }

    /// <summary>Program of an external check.</summary>
    public string? Command { get; init; }

    public HttpCheckView? Http { get; init; }

    /// <summary>True: checks speak TLS although the traffic may not.</summary>
    public required bool Ssl { get; init; }

    public string? Alpn { get; init; }

    public override string? PathOf(string name) => name == "command" ? "/settings/base_path" : base.PathOf(name);

    protected override object? Member(string name) => name switch
    {
        "delay" => Delay,
        "timeout" => Timeout,
        "fall" => Fall,
        "rise" => Rise,
        "load_server_state" => LoadServerState,
        "command" => Command,
        "http" => Http,
        "ssl" => Ssl,
        "alpn" => Alpn,
        _ => Unknown,
    };
}

/// <summary>An HTTP request as a check.</summary>
internal sealed record HttpCheckView : View
{
    public required string HttpMethod { get; init; }

    public required string UrlPath { get; init; }

    /// <summary>1.0 or 1.1; null leaves it to HAProxy.</summary>
    public string? HttpVersion { get; init; }

    /// <summary>Value of the Host header.</summary>
    public string? DomainName { get; init; }

    /// <summary>Status codes that mean healthy, separated by <c>|</c>.</summary>
    public required string ExpectedCodes { get; init; }

    protected override object? Member(string name) => name switch
    {
        "http_method" => HttpMethod,
        "url_path" => UrlPath,
        "http_version" => HttpVersion,
        "domain_name" => DomainName,
        "expected_codes" => ExpectedCodes,
        _ => Unknown,
    };
}
