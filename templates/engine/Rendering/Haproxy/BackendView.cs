// The model of a backend section and its servers: config-rendering §7, §8.
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>A pool as one listener uses it.</summary>
internal sealed record BackendView : View
{
    /// <summary><c>pool id:listener id</c>.</summary>
    public required string Name { get; init; }

    public required string Mode { get; init; }

    public required bool HttpReuse { get; init; }

    public required string Balance { get; init; }

    public StickTableView? StickTable { get; init; }

    /// <summary>True: HAProxy sets a cookie that names the server.</summary>
    public required bool Cookie { get; init; }

    public CheckView? Check { get; init; }

    public required bool Forwardfor { get; init; }

    public required ValueList<HeaderView> Headers { get; init; }

    public required long Fullconn { get; init; }

    public required long TimeoutConnect { get; init; }

    public required long TimeoutServer { get; init; }

    /// <summary>The word of the PROXY protocol.</summary>
    public string? SendProxy { get; init; }

    public ServerTlsView? Tls { get; init; }

    /// <summary>The only <c>verify</c> of a server line: of two, HAProxy takes the last for traffic and checks (UD3).</summary>
    public string? Verify { get; init; }

    public required ValueList<ServerView> Servers { get; init; }

    protected override object? Member(string name) => name switch
    {
        "name" => Name,
        "mode" => Mode,
        "http_reuse" => HttpReuse,
        "balance" => Balance,
        "stick_table" => StickTable,
        "cookie" => Cookie,
        "check" => Check,
        "forwardfor" => Forwardfor,
        "headers" => Headers,
        "fullconn" => Fullconn,
        "timeout_connect" => TimeoutConnect,
        "timeout_server" => TimeoutServer,
        "send_proxy" => SendProxy,
        "tls" => Tls,
        "verify" => Verify,
        "servers" => Servers,
        _ => Unknown,
    };
}

/// <summary>Session persistence by a stick table.</summary>
internal sealed record StickTableView : View
{
    /// <summary>Set: by this cookie of the application; null: by the client's address.</summary>
    public string? CookieName { get; init; }

    public required string Size { get; init; }

    public string? Peers { get; init; }

    public override string? PathOf(string name) => name == "size" ? "/settings/haproxy_stick_size" : base.PathOf(name);

    protected override object? Member(string name) => name switch
    {
        "cookie_name" => CookieName,
        "size" => Size,
        "peers" => Peers,
        _ => Unknown,
    };
}

/// <summary>A header added to requests.</summary>
internal sealed record HeaderView : View
{
    public required string Name { get; init; }

    public required string Value { get; init; }

    protected override object? Member(string name) => name switch
    {
        "name" => Name,
        "value" => Value,
        _ => Unknown,
    };
}

/// <summary>TLS towards the members.</summary>
internal sealed record ServerTlsView : TlsView
{
    public string? Crt { get; init; }

    public override string? PathOf(string name) => name == "crt" ? "/settings/base_cert_dir" : base.PathOf(name);

    protected override object? Member(string name) => name == "crt" ? Crt : base.Member(name);
}

/// <summary>A member.</summary>
internal sealed record ServerView : View
{
    public required string Id { get; init; }

    /// <summary>Address as HAProxy wants it before a port.</summary>
    public required string Address { get; init; }

    public required long Port { get; init; }

    public required long Weight { get; init; }

    public string? MonitorAddress { get; init; }

    public long? MonitorPort { get; init; }

    public required bool Backup { get; init; }

    public required bool Disabled { get; init; }

    protected override object? Member(string name) => name switch
    {
        "id" => Id,
        "address" => Address,
        "port" => Port,
        "weight" => Weight,
        "monitor_address" => MonitorAddress,
        "monitor_port" => MonitorPort,
        "backup" => Backup,
        "disabled" => Disabled,
        _ => Unknown,
    };
}
