// Prints amphorae and what they have counted, in the API's words (load-balancer-api.md §14).
using System.Globalization;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.Store;

namespace Amphora.Controller.Cli.Amphorae;

/// <summary>Tables for people, an object a line for programs.</summary>
internal static class AmphoraPrinter
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss";

    /// <summary>Many, a row each.</summary>
    public static void Print(Terminal terminal, OutputFormat format, IEnumerable<AmphoraRow> rows)
    {
        var table = new Table("ID", "LOADBALANCER_ID", "STATUS", "ROLE", "LB_NETWORK_IP", "HA_IP");
        foreach (var row in rows)
        {
            if (format == OutputFormat.Json)
            {
                terminal.Out.WriteLine(Fields(row).ToJsonString());
            }

            table.Add(row.Id.ToString(), Table.OrDash(row.LoadBalancerId), row.Status.ToWire(), Table.OrDash(row.Role?.ToWire()), Table.OrDash(row.LbNetworkIp), Table.OrDash(row.HaIp));
        }

        if (format == OutputFormat.Table)
        {
            table.WriteTo(terminal.Out);
        }
    }

    /// <summary>One, a row a field.</summary>
    public static void Print(Terminal terminal, OutputFormat format, AmphoraRow row)
    {
        var fields = Fields(row);
        if (format == OutputFormat.Json)
        {
            terminal.Out.WriteLine(fields.ToJsonString());
            return;
        }

        var table = new Table("FIELD", "VALUE");
        foreach (var (name, value) in fields)
        {
            table.Add(name, Table.OrDash(value?.ToString()));
        }

        table.WriteTo(terminal.Out);
    }

    /// <summary>What one has counted, a row a listener.</summary>
    public static void Print(Terminal terminal, OutputFormat format, IReadOnlyList<StatisticsRow> statistics)
    {
        if (format == OutputFormat.Json)
        {
            terminal.Out.WriteLine(new JsonObject { ["amphora_stats"] = new JsonArray([.. statistics.Select(Fields)]) }.ToJsonString());
            return;
        }

        var table = new Table("LISTENER_ID", "ACTIVE_CONNECTIONS", "TOTAL_CONNECTIONS", "BYTES_IN", "BYTES_OUT", "REQUEST_ERRORS");
        foreach (var row in statistics)
        {
            table.Add([row.ListenerId.ToString(), .. ((long[])[row.ActiveConnections, row.TotalConnections, row.BytesIn, row.BytesOut, row.RequestErrors]).Select(static count => count.ToString(CultureInfo.InvariantCulture))]);
        }

        table.WriteTo(terminal.Out);
    }

    private static JsonObject Fields(AmphoraRow row) => new()
    {
        ["id"] = row.Id.ToString(),
        ["loadbalancer_id"] = row.LoadBalancerId?.ToString(),
        ["compute_id"] = row.ComputeId,
        ["lb_network_ip"] = row.LbNetworkIp?.ToString(),
        ["vrrp_ip"] = row.VrrpIp?.ToString(),
        ["ha_ip"] = row.HaIp?.ToString(),
        ["vrrp_port_id"] = row.VrrpPortId?.ToString(),
        ["ha_port_id"] = row.HaPortId?.ToString(),
        ["cert_expiration"] = Time(row.CertExpiration),
        ["cert_busy"] = row.CertBusy,
        ["role"] = row.Role?.ToWire(),
        ["status"] = row.Status.ToWire(),
        ["vrrp_interface"] = row.VrrpInterface,
        ["vrrp_id"] = row.VrrpId,
        ["vrrp_priority"] = row.VrrpPriority,
        ["cached_zone"] = row.CachedZone,
        ["image_id"] = row.ImageId,
        ["compute_flavor"] = row.ComputeFlavor,
        ["created_at"] = Time(row.CreatedAt),
        ["updated_at"] = Time(row.UpdatedAt),
    };

    private static JsonObject Fields(StatisticsRow row) => new()
    {
        ["active_connections"] = row.ActiveConnections,
        ["bytes_in"] = row.BytesIn,
        ["bytes_out"] = row.BytesOut,
        ["id"] = row.AmphoraId,
        ["listener_id"] = row.ListenerId,
        ["loadbalancer_id"] = row.LoadBalancerId,
        ["request_errors"] = row.RequestErrors,
        ["total_connections"] = row.TotalConnections,
    };

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
