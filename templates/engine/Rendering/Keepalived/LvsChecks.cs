// Decides how keepalived checks a member: U14–U18.
using System.Globalization;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Keepalived;

/// <summary>Makes the models of checks.</summary>
internal static class LvsChecks
{
    private const int DefaultCode = 200;

    /// <summary>Null when the monitor cannot be expressed: HTTP with a method other than GET (U17).</summary>
    public static LvsCheckView? Of(ViewContext context, HealthMonitor monitor, Member member)
    {
        var address = (member.MonitorAddress ?? member.Address).ToString();
        long port = member.MonitorPort ?? member.ProtocolPort;
        var check = new LvsCheckView { Kind = "TCP_CHECK", Address = address, Port = port, Timeout = monitor.Timeout };
        return monitor.Type switch
        {
            HealthMonitorType.UdpConnect => check with
            {
                Kind = "MISC_CHECK",
                Command = $"{context.Settings.BasePath}/lvs/check/udp_check.sh {address} {port}",
            },

            // U15: the program ends by itself before keepalived loses patience.
            HealthMonitorType.Sctp => check with
            {
                Kind = "MISC_CHECK",
                Command = $"amphora-health-checker sctp -t {monitor.Timeout} {address} {port}",
                Timeout = monitor.Timeout + 1L,
            },
            HealthMonitorType.Tcp => check,
            HealthMonitorType.Http when (monitor.HttpMethod ?? HttpMethodName.Get) == HttpMethodName.Get => check with
            {
                Kind = "HTTP_GET",
                UrlPath = monitor.UrlPath ?? "/",
                StatusCodes = Codes(monitor.ExpectedCodes),
            },
            _ => null,
        };
    }

    // UD10: one url block with all codes; a block per code would need all of them to answer at once.
    private static ValueList<string> Codes(ExpectedCodes? expected) => expected switch
    {
        null => [Text(DefaultCode)],
        { First: { } first, Last: { } last } => [$"{Text(first)}-{Text(last)}"],
        _ => expected.Codes.ConvertAll(Text),
    };

    private static string Text(int code) => code.ToString("D3", CultureInfo.InvariantCulture);
}
