// The model of haproxy.sbn: sections global, defaults, peers and the metrics endpoint (config-rendering §1–§4).
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Everything in a haproxy.cfg.</summary>
internal sealed record HaproxyView : View
{
    public required string LogSocket { get; init; }

    public required long UserLogFacility { get; init; }

    public required long AdministrativeLogFacility { get; init; }

    public required string StatsSocket { get; init; }

    /// <summary>Null when HAProxy is too old for it.</summary>
    public string? ServerStateFile { get; init; }

    public required long Maxconn { get; init; }

    public long? SslCachesize { get; init; }

    public long? Nbthread { get; init; }

    public required bool ExternalCheck { get; init; }

    public required bool InsecureForkWanted { get; init; }

    public required bool ConnectionLogging { get; init; }

    public PeersView? Peers { get; init; }

    /// <summary>True: the metrics frontend and backend are written.</summary>
    public required bool Prometheus { get; init; }

    public required ValueList<FrontendView> Frontends { get; init; }

    public override string? PathOf(string name) => name switch
    {
        "stats_socket" or "server_state_file" => "/settings/base_path",
        _ => $"/settings/{name}",
    };

    protected override object? Member(string name) => name switch
    {
        "log_socket" => LogSocket,
        "user_log_facility" => UserLogFacility,
        "administrative_log_facility" => AdministrativeLogFacility,
        "stats_socket" => StatsSocket,
        "server_state_file" => ServerStateFile,
        "maxconn" => Maxconn,
        "ssl_cachesize" => SslCachesize,
        "nbthread" => Nbthread,
        "external_check" => ExternalCheck,
        "insecure_fork_wanted" => InsecureForkWanted,
        "connection_logging" => ConnectionLogging,
        "peers" => Peers,
        "prometheus" => Prometheus,
        "frontends" => Frontends,
        _ => Unknown,
    };
}

/// <summary>The peers section.</summary>
internal sealed record PeersView : View
{
    public required string Name { get; init; }

    public required ValueList<PeerView> Entries { get; init; }

    protected override object? Member(string name) => name switch
    {
        "name" => Name,
        "entries" => Entries,
        _ => Unknown,
    };
}

/// <summary>One peer.</summary>
internal sealed record PeerView : View
{
    public required string Name { get; init; }

    /// <summary>Address as HAProxy wants it before a port.</summary>
    public required string Address { get; init; }

    protected override object? Member(string name) => name switch
    {
        "name" => Name,
        "address" => Address,
        _ => Unknown,
    };
}
