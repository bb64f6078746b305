// The model of keepalived.sbn: config-rendering §10.
using Amphora.Contract;

namespace Amphora.Templates.Rendering.Keepalived;

/// <summary>The VRRP instance of one amphora.</summary>
internal sealed record VrrpView : View
{
    public required string CheckScript { get; init; }

    public required long CheckInterval { get; init; }

    public required long FailCount { get; init; }

    public required long SuccessCount { get; init; }

    public required string Name { get; init; }

    public required string Interface { get; init; }

    public required long RouterId { get; init; }

    public required long Priority { get; init; }

    public required long GarpRefreshInterval { get; init; }

    public required long GarpRefreshCount { get; init; }

    public required long AdvertInt { get; init; }

    /// <summary>PASS or AH; null: no authentication.</summary>
    public string? AuthType { get; init; }

    public string? AuthPass { get; init; }

    public required string SourceAddress { get; init; }

    public required ValueList<string> Peers { get; init; }

    public required ValueList<string> Addresses { get; init; }

    /// <summary>VIPs of the other family.</summary>
    public required ValueList<string> ExcludedAddresses { get; init; }

    public required ValueList<RouteView> Routes { get; init; }

    /// <summary>VIPs as networks of their own, one policy rule each.</summary>
    public required ValueList<string> RuleSources { get; init; }

    /// <summary>JSON pointer of the own entry of amphorae.</summary>
    public required string OwnPointer { get; init; }

    public override string? PathOf(string name) => name switch
    {
        "check_script" => "/settings/base_path",
        "name" => "/vrrp_group/vrrp_group_name",
        "auth_pass" => "/vrrp_group/vrrp_auth_pass",
        "interface" => $"{OwnPointer}/vrrp_interface",
        _ => null,
    };

    protected override object? Member(string name) => name switch
    {
        "check_script" => CheckScript,
        "check_interval" => CheckInterval,
        "fail_count" => FailCount,
        "success_count" => SuccessCount,
        "name" => Name,
        "interface" => Interface,
        "router_id" => RouterId,
        "priority" => Priority,
        "garp_refresh_interval" => GarpRefreshInterval,
        "garp_refresh_count" => GarpRefreshCount,
        "advert_int" => AdvertInt,
        "auth_type" => AuthType,
        "auth_pass" => AuthPass,
        "source_address" => SourceAddress,
        "peers" => Peers,
        "addresses" => Addresses,
        "excluded_addresses" => ExcludedAddresses,
        "routes" => Routes,
        "rule_sources" => RuleSources,
        _ => Unknown,
    };
}

/// <summary>A route in table 1.</summary>
internal sealed record RouteView : View
{
    /// <summary>A network or <c>default</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>Next hop, on link.</summary>
    public string? Via { get; init; }

    /// <summary>Source address of a directly connected network.</summary>
    public string? Source { get; init; }

    protected override object? Member(string name) => name switch
    {
        "destination" => Destination,
        "via" => Via,
        "source" => Source,
        _ => Unknown,
    };
}
