// The model of a frontend section: config-rendering §5.
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>A listener as HAProxy serves it.</summary>
internal sealed record FrontendView : View
{
    public required string Id { get; init; }

    public required long Maxconn { get; init; }

    public required bool RedirectToHttps { get; init; }

    /// <summary>Value of Strict-Transport-Security.</summary>
    public string? Hsts { get; init; }

    public required ValueList<BindView> Binds { get; init; }

    public BindTlsView? Tls { get; init; }

    public required string Mode { get; init; }

    public required ValueList<PolicyView> Policies { get; init; }

    public string? DefaultBackend { get; init; }

    public required long TimeoutClient { get; init; }

    public long? InspectDelay { get; init; }

    public string? LogFormat { get; init; }

    public required ValueList<BackendView> Backends { get; init; }

    public override string? PathOf(string name) => name == "log_format" ? "/settings/user_log_format" : base.PathOf(name);

    protected override object? Member(string name) => name switch
    {
        "id" => Id,
        "maxconn" => Maxconn,
        "redirect_to_https" => RedirectToHttps,
        "hsts" => Hsts,
        "binds" => Binds,
        "tls" => Tls,
        "mode" => Mode,
        "policies" => Policies,
        "default_backend" => DefaultBackend,
        "timeout_client" => TimeoutClient,
        "inspect_delay" => InspectDelay,
        "log_format" => LogFormat,
        "backends" => Backends,
        _ => Unknown,
    };
}

/// <summary>One address a frontend listens on.</summary>
internal sealed record BindView : View
{
    public required string Address { get; init; }

    public required long Port { get; init; }

    protected override object? Member(string name) => name switch
    {
        "address" => Address,
        "port" => Port,
        _ => Unknown,
    };
}

/// <summary>TLS options of a frontend's bind lines.</summary>
internal sealed record BindTlsView : TlsView
{
    public required string CrtList { get; init; }

    /// <summary>none, optional or required; set when there is a CA.</summary>
    public string? Verify { get; init; }

    public override string? PathOf(string name) => name == "crt_list" ? "/settings/base_cert_dir" : base.PathOf(name);

    protected override object? Member(string name) => name switch
    {
        "crt_list" => CrtList,
        "verify" => Verify,
        _ => base.Member(name),
    };
}
