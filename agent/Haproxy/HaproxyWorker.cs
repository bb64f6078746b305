// What `show info` says, as far as we use it (HAProxy management guide §9.3).
using System.Globalization;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>The process that answered the stats socket.</summary>
/// <param name="Version">As <c>2.6.12-1+deb12u4</c>.</param>
/// <param name="Pid">Process id of the worker.</param>
/// <param name="Uptime">Since it was forked.</param>
/// <param name="Stopping">True when it only finishes old connections.</param>
/// <param name="Connections">Of clients and between peers; those of the sockets for questions are not counted.</param>
/// <param name="MaxConnections">Of all listeners together.</param>
internal sealed record HaproxyWorker(string Version, int Pid, TimeSpan Uptime, bool Stopping, int Connections, int MaxConnections)
{
    /// <summary>Reads the <c>Name: value</c> lines; an answer without Pid is the refusal of the command.</summary>
    public static Outcome<HaproxyWorker> Parse(string answer)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in answer.Split('\n'))
        {
            if (line.Split(": ", 2) is [var name, var value])
            {
                values[name] = value.Trim();
            }
        }

        if (Number(values, "Pid") is not { } pid || Number(values, "Uptime_sec") is not { } uptime)
        {
            return new Failure("show info", "cannot read HAProxy's process information: the answer has no Pid and Uptime_sec")
            {
                Tool = "haproxy",
                Output = answer.Length <= 500 ? answer : answer[..500],
            };
        }

        return new HaproxyWorker(values.GetValueOrDefault("Version", ""), pid, TimeSpan.FromSeconds(uptime), Number(values, "Stopping") == 1, Number(values, "CurrConns") ?? 0, Number(values, "Maxconn") ?? 0);
    }

    private static int? Number(Dictionary<string, string> values, string name) =>
        int.TryParse(values.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
