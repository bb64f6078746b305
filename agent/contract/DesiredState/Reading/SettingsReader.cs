// Operator settings and host facts.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads <c>settings</c> and <c>host_facts</c>.</summary>
internal static class SettingsReader
{
    // The schema leaves these open upwards; 2^53−1 is what every JSON reader keeps exact, 2^31−1 what keepalived takes.
    private const long Open = 9007199254740991;

    internal static Settings Read(JsonValue value)
    {
        var defaults = new Settings();
        if (value.Object() is not { } json)
        {
            return defaults;
        }

        var settings = new Settings
        {
            BasePath = json.Optional("base_path").Text(DocumentText.DirectoryPath) ?? defaults.BasePath,
            BaseCertDir = json.Optional("base_cert_dir").Text(DocumentText.DirectoryPath) ?? defaults.BaseCertDir,
            ConnectionLogging = json.Optional("connection_logging").Boolean() ?? defaults.ConnectionLogging,
            UserLogFormat = json.Optional("user_log_format").Text(DocumentText.LogFormat) ?? defaults.UserLogFormat,
            UserLogFacility = json.Optional("user_log_facility").Int32(0, 7) ?? defaults.UserLogFacility,
            AdministrativeLogFacility = json.Optional("administrative_log_facility").Int32(0, 7) ?? defaults.AdministrativeLogFacility,
            DefaultConnectionLimit = json.Optional("default_connection_limit").Integer(1, Open) ?? defaults.DefaultConnectionLimit,
            HaproxyStickSize = json.Optional("haproxy_stick_size").Text(DocumentText.StickSize) ?? defaults.HaproxyStickSize,
            TimeoutClientData = json.Optional("timeout_client_data").Integer(1, Open) ?? defaults.TimeoutClientData,
            TimeoutMemberConnect = json.Optional("timeout_member_connect").Integer(1, Open) ?? defaults.TimeoutMemberConnect,
            TimeoutMemberData = json.Optional("timeout_member_data").Integer(1, Open) ?? defaults.TimeoutMemberData,
            TimeoutTcpInspect = json.Optional("timeout_tcp_inspect").Integer(0, Open) ?? defaults.TimeoutTcpInspect,
            VrrpCheckInterval = Count(json, "vrrp_check_interval") ?? defaults.VrrpCheckInterval,
            VrrpFailCount = Count(json, "vrrp_fail_count") ?? defaults.VrrpFailCount,
            VrrpSuccessCount = Count(json, "vrrp_success_count") ?? defaults.VrrpSuccessCount,
            VrrpGarpRefreshInterval = Count(json, "vrrp_garp_refresh_interval") ?? defaults.VrrpGarpRefreshInterval,
            VrrpGarpRefreshCount = Count(json, "vrrp_garp_refresh_count") ?? defaults.VrrpGarpRefreshCount,
        };
        json.Close();
        return settings;
    }

    internal static HostFacts? ReadHostFacts(JsonValue value)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var facts = new HostFacts
        {
            HaproxyVersion = json.Optional("haproxy_version").Text(DocumentText.HaproxyVersion),
            CpuCount = json.Optional("cpu_count").Int32(1, 4096),
            ActiveTunedProfiles = json.Optional("active_tuned_profiles").Text(DocumentText.TunedProfiles),
            Memory = ReadMemory(json.Optional("memory")),
        };
        json.Close();
        return facts;
    }

    private static HostMemory? ReadMemory(JsonValue value)
    {
        if (value.Object() is not { } json)
        {
            return null;
        }

        var free = json.Required("free").Integer(0, Open);
        var buffers = json.Required("buffers").Integer(0, Open);
        var cached = json.Required("cached").Integer(0, Open);
        json.Close();
        return json.Faults.None ? new HostMemory(free!.Value, buffers!.Value, cached!.Value) : null;
    }

    private static int? Count(JsonObject json, string name) => json.Optional(name).Int32(1, int.MaxValue);
}
