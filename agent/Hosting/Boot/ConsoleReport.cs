// `amphora-agent console`: one line that says who this amphora is and how it is, for the console an operator can see.
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Amphora.Agent.Hosting.Boot;

/// <summary>Identity, management addresses, whether the agent listens, and the time since the kernel began.</summary>
internal static class ConsoleReport
{
    private const int NotListening = 1;

    // The agent does not wait for an address, so its unit may be ready before there is one.
    private static readonly TimeSpan s_addressLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits a little for an address, then prints.</summary>
    /// <param name="configuration">Of the agent.</param>
    /// <param name="output">Where the line goes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>0, or 1 when the agent does not listen.</returns>
    public static async Task<int> RunAsync(ConfigurationFiles configuration, TextWriter output, CancellationToken cancellationToken)
    {
        AgentOptions options;
        try
        {
            options = configuration.Read();
        }
        catch (Exception exception) when (exception is IniException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync($"amphora: not configured: {exception.Message}");
            return NotListening;
        }

        var listening = await ListensAsync(options, cancellationToken);
        var addresses = await AddressesAsync(cancellationToken);
        await output.WriteLineAsync(Line(options, Environment.MachineName, addresses, listening, await UptimeAsync(cancellationToken)));
        return listening ? 0 : NotListening;
    }

    /// <summary>The line; pure.</summary>
    internal static string Line(AgentOptions options, string host, IReadOnlyList<string> addresses, bool listening, TimeSpan uptime)
    {
        var where = addresses.Count == 0 ? "no address" : string.Join(", ", addresses);
        var state = listening ? string.Create(CultureInfo.InvariantCulture, $"ready on port {options.BindPort}") : "does not listen";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"amphora {options.AmphoraId ?? "without id"} ({host}): {where}; agent {state}, {uptime.TotalSeconds:0.0} s after the kernel began");
    }

    private static async Task<IReadOnlyList<string>> AddressesAsync(CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var addresses = Addresses();
            if (addresses.Count > 0 || TimeProvider.System.GetElapsedTime(begin) >= s_addressLimit)
            {
                return addresses;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private static List<string> Addresses() =>
    [
        .. from card in NetworkInterface.GetAllNetworkInterfaces()
           where card.NetworkInterfaceType != NetworkInterfaceType.Loopback
           from address in card.GetIPProperties().UnicastAddresses
           where !address.Address.IsIPv6LinkLocal
           select $"{card.Name} {address.Address}/{address.PrefixLength}",
    ];

    private static async Task<bool> ListensAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        var own = options.BindHost.Equals(IPAddress.IPv6Any) || options.BindHost.Equals(IPAddress.Any) ? IPAddress.Loopback : options.BindHost;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_connectLimit);
        try
        {
            using var socket = new Socket(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(own, options.BindPort), limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    // proc(5): seconds since the kernel began, a blank, idle seconds.
    private static async Task<TimeSpan> UptimeAsync(CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync("/proc/uptime", cancellationToken);
        return TimeSpan.FromSeconds(double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
