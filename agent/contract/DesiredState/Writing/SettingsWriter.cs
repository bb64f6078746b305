// Writes operator settings and host facts.
using System.Text.Json;

namespace Amphora.Contract.DesiredState.Writing;

/// <summary>Writes <c>settings</c> and <c>host_facts</c>.</summary>
internal static class SettingsWriter
{
    internal static void Write(Utf8JsonWriter json, Settings settings)
    {
        var defaults = new Settings();
        if (settings == defaults)
        {
            return;
        }

        json.WriteStartObject("settings");
        json.Text("base_path", settings.BasePath, defaults.BasePath);
        json.Text("base_cert_dir", settings.BaseCertDir, defaults.BaseCertDir);
        json.Flag("connection_logging", settings.ConnectionLogging, defaults.ConnectionLogging);
        json.Text("user_log_format", settings.UserLogFormat, defaults.UserLogFormat);
        json.Number("user_log_facility", settings.UserLogFacility, defaults.UserLogFacility);
        json.Number("administrative_log_facility", settings.AdministrativeLogFacility, defaults.AdministrativeLogFacility);
        json.Number("default_connection_limit", settings.DefaultConnectionLimit, defaults.DefaultConnectionLimit);
        json.Text("haproxy_stick_size", settings.HaproxyStickSize, defaults.HaproxyStickSize);
        json.Number("timeout_client_data", settings.TimeoutClientData, defaults.TimeoutClientData);
        json.Number("timeout_member_connect", settings.TimeoutMemberConnect, defaults.TimeoutMemberConnect);
        json.Number("timeout_member_data", settings.TimeoutMemberData, defaults.TimeoutMemberData);
        json.Number("timeout_tcp_inspect", settings.TimeoutTcpInspect, defaults.TimeoutTcpInspect);
        json.Number("vrrp_check_interval", settings.VrrpCheckInterval, defaults.VrrpCheckInterval);
        json.Number("vrrp_fail_count", settings.VrrpFailCount, defaults.VrrpFailCount);
        json.Number("vrrp_success_count", settings.VrrpSuccessCount, defaults.VrrpSuccessCount);
        json.Number("vrrp_garp_refresh_interval", settings.VrrpGarpRefreshInterval, defaults.VrrpGarpRefreshInterval);
        json.Number("vrrp_garp_refresh_count", settings.VrrpGarpRefreshCount, defaults.VrrpGarpRefreshCount);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, HostFacts? facts)
    {
        if (facts is null)
        {
            return;
        }

        json.WriteStartObject("host_facts");
        json.Text("haproxy_version", facts.HaproxyVersion);
        json.Number("cpu_count", facts.CpuCount);
        json.Text("active_tuned_profiles", facts.ActiveTunedProfiles);
        if (facts.Memory is { } memory)
        {
            json.WriteStartObject("memory");
            json.WriteNumber("free", memory.Free);
            json.WriteNumber("buffers", memory.Buffers);
            json.WriteNumber("cached", memory.Cached);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
