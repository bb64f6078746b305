// The model of keepalived-lvs.sbn: config-rendering §11.
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Keepalived;

/// <summary>The virtual servers of one UDP or SCTP listener.</summary>
internal sealed record LvsView : View
{
    /// <summary>The load balancer: in a comment, where the readers of statistics look for ids (heartbeat.md §5).</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>The listener, likewise.</summary>
    public required string ListenerId { get; init; }

    /// <summary>False: listener or load balancer is switched off.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>One per address family of the VIPs; empty when nothing is served.</summary>
    public required ValueList<VirtualServerView> VirtualServers { get; init; }

    protected override object? Member(string name) => name switch
    {
        "load_balancer_id" => LoadBalancerId,
        "listener_id" => ListenerId,
        "enabled" => IsEnabled,
        "virtual_servers" => VirtualServers,
        _ => Unknown,
    };
}

/// <summary>The virtual server of one address family.</summary>
internal sealed record VirtualServerView : View
{
    /// <summary>The pool, for a comment.</summary>
    public required string PoolId { get; init; }

    /// <summary>Name of its group of addresses.</summary>
    public required string Group { get; init; }

    public required ValueList<string> Addresses { get; init; }

    public required long Port { get; init; }

    public required string Algorithm { get; init; }

    public required string Protocol { get; init; }

    /// <summary>Null: no session persistence.</summary>
    public long? PersistenceTimeout { get; init; }

    /// <summary>IPv4 mask or IPv6 prefix length.</summary>
    public string? PersistenceGranularity { get; init; }

    /// <summary>Seconds between checks; null: no monitor.</summary>
    public long? Delay { get; init; }

    public long? Retry { get; init; }

    public required ValueList<RealServerView> RealServers { get; init; }

    /// <summary>Members that are switched off, for comments.</summary>
    public required ValueList<string> DisabledMembers { get; init; }

    protected override object? Member(string name) => name switch
    {
        "pool_id" => PoolId,
        "group" => Group,
        "addresses" => Addresses,
        "port" => Port,
        "algorithm" => Algorithm,
        "protocol" => Protocol,
        "persistence_timeout" => PersistenceTimeout,
        "persistence_granularity" => PersistenceGranularity,
        "delay" => Delay,
        "retry" => Retry,
        "real_servers" => RealServers,
        "disabled_members" => DisabledMembers,
        _ => Unknown,
    };
}

/// <summary>A member.</summary>
internal sealed record RealServerView : View
{
    /// <summary>The member, for a comment.</summary>
    public required string Id { get; init; }

    public required string Address { get; init; }

    public required long Port { get; init; }

    public required long Weight { get; init; }

    /// <summary>Connections it may have.</summary>
    public long? Uthreshold { get; init; }

    public LvsCheckView? Check { get; init; }

    protected override object? Member(string name) => name switch
    {
        "id" => Id,
        "address" => Address,
        "port" => Port,
        "weight" => Weight,
        "uthreshold" => Uthreshold,
        "check" => Check,
        _ => Unknown,
    };
}

/// <summary>How keepalived checks a member.</summary>
internal sealed record LvsCheckView : View
{
    /// <summary><c>MISC_CHECK</c>, <c>TCP_CHECK</c> or <c>HTTP_GET</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Command line of MISC_CHECK.</summary>
    public string? Command { get; init; }

    public required string Address { get; init; }

    public required long Port { get; init; }

    public required long Timeout { get; init; }

    /// <summary>Path of HTTP_GET.</summary>
    public string? UrlPath { get; init; }

    /// <summary>Codes or ranges of HTTP_GET.</summary>
    public ValueList<string> StatusCodes { get; init; }

    public override string? PathOf(string name) => name == "command" ? "/settings/base_path" : base.PathOf(name);

    protected override object? Member(string name) => name switch
    {
        "kind" => Kind,
        "command" => Command,
        "address" => Address,
        "port" => Port,
        "timeout" => Timeout,
        "url_path" => UrlPath,
        "status_codes" => StatusCodes,
        _ => Unknown,
    };
}
