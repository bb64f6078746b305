// Pure: 10-rsyslog.conf, which sends logs away (appliance-layout §10); empty when they stay.
using System.Globalization;
using System.Text;

namespace Amphora.Controller.ConfigDrive;

/// <summary>Renders it. Hosts are names or addresses, so none can end a string of rsyslog's.</summary>
internal static class RsyslogRenderer
{
    private const int QueueSize = 10_000;
    private const int RetryCount = 5;
    private const int RetryInterval = 2;

    /// <summary>The file's text.</summary>
    public static string Render(LogForwarding logs)
    {
        var text = new StringBuilder();
        if (logs.Tenant.Count > 0)
        {
            Ruleset(text, "tenant_forwarding", logs.Tenant, logs.Protocol);
            Line(text, $"local{AgentConfigurationRenderer.UserFacility}.=info call tenant_forwarding");
        }

        if (logs.Administrative.Count > 0)
        {
            Ruleset(text, "admin_forwarding", logs.Administrative, logs.Protocol);
            Line(text, logs.ForwardAll
                ? $"*.*;local{AgentConfigurationRenderer.UserFacility}.none call admin_forwarding"
                : $"local{AgentConfigurationRenderer.AdministrativeFacility}.* call admin_forwarding");
        }

        if (logs.DisableLocal)
        {
            Line(text, "*.* stop");
        }

        return text.ToString();
    }

    private static void Ruleset(StringBuilder text, string name, IEnumerable<LogTarget> targets, string protocol)
    {
        Line(text, $"ruleset(name=\"{name}\" queue.type=\"linkedList\" queue.size=\"{QueueSize}\") {{");
        var backup = "";
        foreach (var target in targets)
        {
            Line(text, $"  action(type=\"omfwd\" target=\"{target.Host}\" port=\"{target.Port}\" protocol=\"{protocol}\""
                + $" action.resumeRetryCount=\"{RetryCount}\" action.resumeInterval=\"{RetryInterval}\"{backup})");
            backup = " action.execOnlyWhenPreviousIsSuspended=\"on\"";
        }

        Line(text, "}");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
