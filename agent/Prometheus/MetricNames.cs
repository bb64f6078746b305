// The metrics Octavia shows, and what it calls them (appliance-layout §9).
using System.Collections.Frozen;

namespace Amphora.Agent.Prometheus;

/// <summary>What a metric is about; decides what its labels are called.</summary>
internal enum MetricKind
{
    /// <summary>The HAProxy process.</summary>
    LoadBalancer,

    /// <summary>A frontend.</summary>
    Listener,

    /// <summary>A backend.</summary>
    Pool,

    /// <summary>A server.</summary>
    Member,
}

/// <summary>A metric that is shown.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">Octavia's name.</param>
/// <param name="Help">Its HELP text where HAProxy's speaks of frontends, backends or servers; null: HAProxy's.</param>
internal sealed record Metric(MetricKind Kind, string Name, string? Help);

/// <summary>The table.</summary>
internal static class MetricNames
{
    private const string Process = """
        pool_allocated_bytes pool_used_bytes pool_failures_total max_connections current_connections connections_total requests_total
        max_ssl_connections current_ssl_connections ssl_connections_total current_connection_rate limit_connection_rate max_connection_rate
        current_session_rate limit_session_rate max_session_rate current_ssl_rate limit_ssl_rate max_ssl_rate
        current_frontend_ssl_key_rate max_frontend_ssl_key_rate frontend_ssl_reuse current_backend_ssl_key_rate max_backend_ssl_key_rate
        ssl_cache_lookups_total ssl_cache_misses_total http_comp_bytes_in_total http_comp_bytes_out_total limit_http_comp listeners
        dropped_logs_total
        """;

    private const string Frontend = """
        status current_sessions max_sessions limit_sessions sessions_total limit_session_rate max_session_rate connections_rate_max
        connections_total bytes_in_total bytes_out_total requests_denied_total responses_denied_total request_errors_total
        denied_connections_total denied_sessions_total failed_header_rewriting_total http_requests_rate_max http_requests_total
        http_responses_total intercepted_requests_total http_cache_lookups_total http_cache_hits_total http_comp_bytes_in_total
        http_comp_bytes_out_total http_comp_bytes_bypassed_total http_comp_responses_total
        """;

    private const string BackendAndServer = """
        status current_sessions max_sessions limit_sessions sessions_total max_session_rate last_session_seconds current_queue max_queue
        connection_attempts_total connection_reuses_total bytes_in_total bytes_out_total queue_time_average_seconds
        connect_time_average_seconds response_time_average_seconds total_time_average_seconds max_queue_time_seconds
        max_connect_time_seconds max_response_time_seconds max_total_time_seconds responses_denied_total connection_errors_total
        response_errors_total retry_warnings_total redispatch_warnings_total failed_header_rewriting_total client_aborts_total
        server_aborts_total check_up_down_total check_last_change_seconds downtime_seconds_total loadbalanced_total http_responses_total
        """;

    private const string BackendOnly = """
        requests_denied_total active_servers backup_servers http_requests_total http_cache_lookups_total http_cache_hits_total
        http_comp_bytes_in_total http_comp_bytes_out_total http_comp_bytes_bypassed_total http_comp_responses_total
        """;

    private const string ServerOnly = "queue_limit weight check_failures_total current_throttle idle_connections_current idle_connections_limit";

    // HAProxy's name → Octavia's, where the rule (prefix by prefix) does not hold.
    private static readonly Dictionary<string, string> s_irregular = new(StringComparer.Ordinal)
    {
        ["haproxy_process_pool_allocated_bytes"] = "octavia_memory_pool_allocated_bytes",
        ["haproxy_process_pool_used_bytes"] = "octavia_memory_pool_used_bytes",
        ["haproxy_process_pool_failures_total"] = "octavia_memory_pool_failures_total",
        ["haproxy_backend_server_aborts_total"] = "octavia_pool_member_aborts_total",
        ["haproxy_backend_active_servers"] = "octavia_pool_active_members",
        ["haproxy_backend_backup_servers"] = "octavia_pool_backup_members",
    };

    // By Octavia's name.
    private static readonly Dictionary<string, string> s_help = new(StringComparer.Ordinal)
    {
        ["octavia_memory_pool_allocated_bytes"] = "Bytes allocated in memory pools.",
        ["octavia_memory_pool_used_bytes"] = "Bytes of the memory pools in use.",
        ["octavia_memory_pool_failures_total"] = "Allocations in memory pools that failed.",
        ["octavia_loadbalancer_current_ssl_connections"] = "SSL connections that are open.",
        ["octavia_listener_status"] = "State of the listener, by the label state.",
        ["octavia_listener_denied_connections_total"] = "Connections to the listener that a connection rule denied.",
        ["octavia_listener_denied_sessions_total"] = "Sessions with the listener that a session rule denied.",
        ["octavia_listener_failed_header_rewriting_total"] = "Rewrites of headers that failed on the listener.",
        ["octavia_pool_status"] = "State of the pool, by the label state.",
        ["octavia_pool_last_session_seconds"] = "Seconds since a member of the pool was given a session.",
        ["octavia_pool_max_response_time_seconds"] = "Longest wait for a member's response, in seconds.",
        ["octavia_pool_member_aborts_total"] = "Transfers that a member broke off.",
        ["octavia_pool_active_members"] = "Active members that are up.",
        ["octavia_pool_backup_members"] = "Backup members that are up.",
        ["octavia_pool_downtime_seconds_total"] = "Seconds the pool was down.",
        ["octavia_pool_loadbalanced_total"] = "How often the pool was chosen, for a new session or after a redispatch.",
        ["octavia_member_status"] = "State of the member, by the label state.",
        ["octavia_member_last_session_seconds"] = "Seconds since the member was given a session.",
        ["octavia_member_queue_limit"] = "The member's longest queue; 0: no limit.",
        ["octavia_member_max_response_time_seconds"] = "Longest wait for the member's response, in seconds.",
        ["octavia_member_weight"] = "Weight of the member.",
        ["octavia_member_check_failures_total"] = "Health checks that failed while the member was up.",
        ["octavia_member_downtime_seconds_total"] = "Seconds the member was down.",
        ["octavia_member_current_throttle"] = "Share of its weight the member has during slow start, in percent; no value otherwise.",
        ["octavia_member_loadbalanced_total"] = "How often the member was chosen, for a new session or after a redispatch.",
    };

    private static readonly FrozenDictionary<string, Metric>.AlternateLookup<ReadOnlySpan<char>> s_metrics = Make();

    /// <summary>The metric HAProxy calls so; null when Octavia does not show it.</summary>
    public static Metric? Find(ReadOnlySpan<char> name) => s_metrics.TryGetValue(name, out var metric) ? metric : null;

    private static FrozenDictionary<string, Metric>.AlternateLookup<ReadOnlySpan<char>> Make()
    {
        var metrics = new Dictionary<string, Metric>(StringComparer.Ordinal);
        Add(metrics, MetricKind.LoadBalancer, "haproxy_process_", "octavia_loadbalancer_", Process);
        Add(metrics, MetricKind.Listener, "haproxy_frontend_", "octavia_listener_", Frontend);
        Add(metrics, MetricKind.Pool, "haproxy_backend_", "octavia_pool_", $"{BackendAndServer} {BackendOnly}");
        Add(metrics, MetricKind.Member, "haproxy_server_", "octavia_member_", $"{BackendAndServer} {ServerOnly}");
        return metrics.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    private static void Add(Dictionary<string, Metric> metrics, MetricKind kind, string haproxy, string octavia, string suffixes)
    {
        foreach (var suffix in suffixes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var name = s_irregular.GetValueOrDefault(haproxy + suffix, octavia + suffix);
            metrics.Add(haproxy + suffix, new Metric(kind, name, s_help.GetValueOrDefault(name)));
        }
    }
}
