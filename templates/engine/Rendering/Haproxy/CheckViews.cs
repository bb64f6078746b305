// Decides how servers are checked: B9–B15, S3–S5.
using System.Globalization;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Makes the model of a backend's health check.</summary>
internal static class CheckViews
{
    /// <summary>Null when the pool has no shown monitor.</summary>
    public static CheckView? Of(ViewContext context, PoolAt at)
    {
        if (at.Pool.HealthMonitor is not { } monitor || !monitor.IsShown())
        {
            return null;
        }

        var pointer = $"{at.Pointer}/healthmonitor";
        return new CheckView
        {
            Pointer = pointer,
            Delay = monitor.Delay,
            Timeout = monitor.Timeout,
            Fall = monitor.MaxRetriesDown,
            Rise = monitor.MaxRetries,
            LoadServerState = context.Version.IsAtLeast(1, 6),
            Command = monitor.Type == HealthMonitorType.Ping ? $"{context.Settings.BasePath}/ping-wrapper.sh" : null,
            Http = monitor.Type is HealthMonitorType.Http or HealthMonitorType.Https ? Http(context, monitor, pointer) : null,
            Ssl = monitor.Type == HealthMonitorType.Https,
            Alpn = at.Pool.TlsEnabled && context.Version.IsAtLeast(2, 0) ? TlsWords.Alpn(at.Pool.AlpnProtocols) : null,
        };
    }

    private static HttpCheckView Http(ViewContext context, HealthMonitor monitor, string pointer) => new()
    {
        Pointer = pointer,
        HttpMethod = (monitor.HttpMethod ?? HttpMethodName.Get).ToString().ToUpperInvariant(),
        UrlPath = monitor.UrlPath ?? "/",
        HttpVersion = monitor.HttpVersion switch
        {
            null => null,
            HttpVersionName.Http1_0 => "1.0",
            _ => "1.1",
        },
        DomainName = monitor.HttpVersion == HttpVersionName.Http1_1 && context.Version.IsAtLeast(2, 2) ? monitor.DomainName : null,
        ExpectedCodes = Codes(monitor.ExpectedCodes),
    };

    // B13: a list as given, a range written out.
    private static string Codes(ExpectedCodes? expected)
    {
        if (expected is not { First: { } first, Last: { } last })
        {
            return expected is null ? "200" : string.Join('|', expected.Codes.ConvertAll(Text));
        }

        var codes = new List<string>();
        for (var code = first; code <= last; code++)
        {
            codes.Add(Text(code));
        }

        return string.Join('|', codes);
    }

    private static string Text(int code) => code.ToString("D3", CultureInfo.InvariantCulture);
}
