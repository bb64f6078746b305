// Whether HAProxy could bind what a configuration names, asked before HAProxy is.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Contract;
using Amphora.Linux.Namespaces;

namespace Amphora.Agent.Haproxy;

/// <summary>A HAProxy that cannot bind at a reload makes the worker that serves let go of its ports for two seconds before it gives up, and
/// <c>haproxy -c</c> binds nothing. Here every address is bound for a moment, as HAProxy does it, beside the worker that has it.</summary>
internal static class BindProbe
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoReusePort = 15;

    /// <summary>The failure of a step that needs all of a configuration's addresses; null when they can be had.</summary>
    /// <param name="step">As <c>reload haproxy-….service</c>.</param>
    /// <param name="networkNamespace">Where HAProxy binds; null: the agent's own.</param>
    /// <param name="config">haproxy.cfg.</param>
    public static Failure? Try(string step, string? networkNamespace, string config)
    {
        var endPoints = EndPoints(config);
        return endPoints.Count == 0 ? null : NetworkNamespace.Run(networkNamespace, () => endPoints.Select(endPoint => Bind(step, endPoint)).FirstOrDefault(failure => failure is not null));
    }

    /// <summary>A failure of HAProxy's own, with what the kernel has to do with it where it has.</summary>
    public static Failure Explain(Failure failure, string? networkNamespace, string config) =>
        Try(failure.Step, networkNamespace, config) is { ExitCode: (int)SocketError.AddressNotAvailable } refused
            ? failure with { Message = $"{failure.Message}; {refused.Message}" }
            : failure;

    private static List<IPEndPoint> EndPoints(string config) =>
    [
        .. HaproxyText.Binds(config)
            .Select(static bind => ushort.TryParse(bind.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new IPEndPoint(bind.Address, port) : null)
            .OfType<IPEndPoint>()
            .Distinct(),
    ];

    private static Failure? Bind(string step, IPEndPoint endPoint)
    {
        try
        {
            using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(1));
            socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
            socket.Bind(endPoint);
            return null;
        }
        catch (SocketException refused)
        {
            return new Failure(step, $"cannot bind {endPoint}: {refused.Message}{Because(refused, endPoint.AddressFamily)}")
            {
                Tool = "bind",
                ExitCode = (int)refused.SocketErrorCode,
            };
        }
    }

    // A BACKUP binds VIPs it does not have.
    private static string Because(SocketException refused, AddressFamily family)
    {
        var setting = $"net/{(family == AddressFamily.InterNetwork ? "ipv4" : "ipv6")}/ip_nonlocal_bind";
        return refused.SocketErrorCode == SocketError.AddressNotAvailable && File.Exists($"/proc/sys/{setting}") && File.ReadAllText($"/proc/sys/{setting}").Trim() == "0"
            ? $"; {setting.Replace('/', '.')} is 0 here, so that an address this amphora does not have cannot be bound"
            : "";
    }
}
